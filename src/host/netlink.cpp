// Asks the kernel for a table and walks what it answers.
#include "src/host/netlink.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "src/host/readers.h"

namespace whydrop {
namespace {

constexpr std::size_t kAlignment = 4;

void skip(NetlinkBytes& bytes, std::size_t length) {
  const std::size_t aligned = (length + kAlignment - 1) / kAlignment * kAlignment;
  bytes = bytes.subspan(std::min(aligned, bytes.size()));
}

class Socket {
 public:
  explicit Socket(int protocol) : number_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)) {
    // A kernel that does not answer must not hold up a report.
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    if (is_open()) ::setsockopt(number_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (is_open()) ::close(number_);
  }

  bool is_open() const { return number_ >= 0; }
  bool send(const NetlinkRequest& request) const {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof(header) + request.body.size());
    header.nlmsg_type = request.type;
    header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    std::vector<std::uint8_t> message;
    const NetlinkBytes head = bytes_of(header);
    message.insert(message.end(), head.begin(), head.end());
    message.insert(message.end(), request.body.begin(), request.body.end());
    // Named although the kernel is the default: the sandbox lets through what no other kind of socket can send.
    const sockaddr_nl kernel{.nl_family = AF_NETLINK};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the C library has one type for all addresses
    const auto* const address = reinterpret_cast<const sockaddr*>(&kernel);
    return ::sendto(number_, message.data(), message.size(), 0, address, sizeof(kernel)) ==
           static_cast<ssize_t>(message.size());
  }
  ssize_t receive(std::span<std::uint8_t> room) const {
    while (true) {
      const ssize_t got = ::recv(number_, room.data(), room.size(), MSG_TRUNC);
      if (got >= 0 || errno != EINTR) return got;
    }
  }

 private:
  int number_;
};

/// What a datagram of a dump leads to.
struct Step {
  bool over = false;
  std::string wrong;
};

Step step(NetlinkBytes datagram, const std::function<bool(const NetlinkMessage&)>& take) {
  while (const auto message = take_message(datagram)) {
    if ((message->flags & NLM_F_DUMP_INTR) != 0) return {.over = true, .wrong = "it changed while it was read"};
    if (message->type == NLMSG_DONE) return {.over = true, .wrong = ""};
    if (message->type == NLMSG_ERROR) {
      NetlinkBytes body = message->body;
      const int error = take_struct<int>(body).value_or(-EPROTO);
      return {.over = true, .wrong = system_error(-error)};
    }
    if (!take(*message)) return {.over = true, .wrong = ""};
  }
  return {};
}

}  // namespace

std::optional<NetlinkMessage> take_message(NetlinkBytes& bytes) {
  NetlinkBytes rest = bytes;
  const auto header = take_struct<nlmsghdr>(rest);
  if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > bytes.size()) return std::nullopt;
  const NetlinkBytes body = bytes.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr));
  skip(bytes, header->nlmsg_len);
  return NetlinkMessage{.type = header->nlmsg_type, .flags = header->nlmsg_flags, .body = body};
}

std::optional<NetlinkAttribute> take_attribute(NetlinkBytes& bytes) {
  NetlinkBytes rest = bytes;
  const auto header = take_struct<nlattr>(rest);
  if (!header || header->nla_len < sizeof(nlattr) || header->nla_len > bytes.size()) return std::nullopt;
  const NetlinkBytes value = bytes.subspan(sizeof(nlattr), header->nla_len - sizeof(nlattr));
  skip(bytes, header->nla_len);
  return NetlinkAttribute{.type = static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK), .value = value};
}

std::string text_in(NetlinkBytes value) {
  std::string text;
  for (const std::uint8_t byte : value) {
    if (byte == 0) break;
    text += static_cast<char>(byte);
  }
  return text;
}

std::optional<IpAddress> address_in(NetlinkBytes value) {
  if (value.size() == 4) return IpAddress::v4(value.first<4>());
  if (value.size() == 16) return IpAddress::v6(value.first<16>());
  return std::nullopt;
}

std::string dump(const NetlinkRequest& request, const std::function<bool(const NetlinkMessage&)>& take) {
  const Socket socket(request.protocol);
  if (!socket.is_open() || !socket.send(request)) return system_error(errno);
  std::vector<std::uint8_t> room(std::size_t{1} << 16U);
  while (true) {
    const ssize_t got = socket.receive(room);
    if (got <= 0) return got == 0 ? "the kernel says nothing" : system_error(errno);
    const auto length = static_cast<std::size_t>(got);
    if (length > room.size()) return "a message of the kernel is too long";
    Step next = step(std::span(room).first(length), take);
    if (next.over) return std::move(next.wrong);
  }
}

std::string too_many() { return fmt::format("more than {}: the others were not read", HostSnapshot::kMost); }

}  // namespace whydrop
