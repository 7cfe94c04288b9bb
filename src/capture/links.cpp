// Netlink (rtnetlink(7)): one request, answers in attributes.
#include "src/capture/links.h"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <system_error>

namespace whydrop {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Request {
  nlmsghdr header;
  ifinfomsg body;
};

/// The struct at the front of `bytes`, which the kernel wrote in this machine's order; zeros where they are too few.
template <typename T>
T front_of(Bytes bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(sizeof value, bytes.size()));
  return value;
}

/// Takes one unit of `length` off the front, padded as netlink pads; empty where it does not fit.
Bytes take(Bytes& bytes, std::size_t length) {
  const Bytes unit = bytes.first(std::min(length, bytes.size()));
  const std::size_t padded = (length + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1};
  bytes = bytes.subspan(std::min(padded, bytes.size()));
  return unit.size() == length ? unit : Bytes{};
}

/// Calls `use(type, value)` for what stands behind a message's fixed part.
template <typename Use>
void each_attribute(Bytes attributes, const Use& use) {
  while (attributes.size() >= sizeof(rtattr)) {
    const auto head = front_of<rtattr>(attributes);
    const Bytes attribute = take(attributes, head.rta_len);
    if (attribute.size() < sizeof(rtattr)) return;
    use(head.rta_type, attribute.subspan(sizeof(rtattr)));
  }
}

void read_attribute(unsigned type, Bytes value, Link& link) {
  if (type == IFLA_IFNAME) {
    link.name.assign(value.begin(), std::ranges::find(value, std::uint8_t{0}));
  }
  if (type == IFLA_STATS64) {
    const auto stats = front_of<rtnl_link_stats64>(value);
    link.missed = stats.rx_missed_errors + stats.rx_fifo_errors;
    link.receive_drops = stats.rx_dropped;
    link.send_drops = stats.tx_dropped;
  }
}

Link read_link(Bytes body) {
  const auto info = front_of<ifinfomsg>(take(body, sizeof(ifinfomsg)));
  constexpr unsigned kBoth = IFF_UP | IFF_RUNNING;
  Link link{.index = info.ifi_index, .up = (info.ifi_flags & kBoth) == kBoth};
  each_attribute(body, [&](unsigned type, Bytes value) { read_attribute(type, value, link); });
  return link;
}

/// The links of one datagram of the answer to request `asked`; true when it was the last.
bool read_answer(Bytes answer, std::uint32_t asked, std::vector<Link>& links) {
  while (answer.size() >= sizeof(nlmsghdr)) {
    const auto head = front_of<nlmsghdr>(answer);
    const Bytes message = take(answer, head.nlmsg_len);
    if (message.size() < sizeof(nlmsghdr)) return true;
    if (head.nlmsg_seq != asked) continue;  // left over from a request that failed
    if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR) return true;
    if (head.nlmsg_type == RTM_NEWLINK) links.push_back(read_link(message.subspan(sizeof(nlmsghdr))));
  }
  return false;
}

/// Of the messages of one datagram those that say that a link went to another namespace, not out of existence.
void read_news(Bytes news, std::vector<int>& moved) {
  while (news.size() >= sizeof(nlmsghdr)) {
    const auto head = front_of<nlmsghdr>(news);
    Bytes body = take(news, head.nlmsg_len);
    if (body.size() < sizeof(nlmsghdr)) return;
    if (head.nlmsg_type != RTM_DELLINK) continue;
    take(body, sizeof(nlmsghdr));
    const auto info = front_of<ifinfomsg>(take(body, sizeof(ifinfomsg)));
    each_attribute(body, [&](unsigned type, Bytes) {
      if (type == IFLA_NEW_NETNSID) moved.push_back(info.ifi_index);
    });
  }
}

std::unexpected<Error> refused(int error) {
  return std::unexpected(Error{"the list of network interfaces", std::generic_category().message(error), "", ""});
}

}  // namespace

std::expected<Links, Error> Links::open() {
  Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (socket.fd() < 0) return refused(errno);
  Descriptor news(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  sockaddr_nl address{.nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = 0, .nl_groups = RTMGRP_LINK};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface's way to pass addresses
  if (news.fd() < 0 || ::bind(news.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return refused(errno);
  }
  return Links(std::move(socket), std::move(news));
}

std::vector<int> Links::moved() {
  std::vector<int> moved;
  for (;;) {
    const ssize_t count = ::recv(news_.fd(), room_.data(), room_.size(), 0);
    if (count < 0 && (errno == EINTR || errno == ENOBUFS)) continue;  // some news was lost: the list still has the rest
    if (count <= 0) return moved;
    read_news(Bytes(room_).first(static_cast<std::size_t>(count)), moved);
  }
}

std::expected<std::vector<Link>, Error> Links::list() {
  ++asked_;
  const Request request{.header = {.nlmsg_len = sizeof(Request),
                                   .nlmsg_type = RTM_GETLINK,
                                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                                   .nlmsg_seq = asked_,
                                   .nlmsg_pid = 0},
                        .body = {}};
  // Named although the kernel is the default: the sandbox lets through what no other kind of socket can send.
  const sockaddr_nl kernel{.nl_family = AF_NETLINK};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the C library has one type for all addresses
  const auto* const address = reinterpret_cast<const sockaddr*>(&kernel);
  if (::sendto(socket_.fd(), &request, sizeof request, 0, address, sizeof kernel) < 0) return refused(errno);
  std::vector<Link> links;
  for (;;) {
    const ssize_t count = ::recv(socket_.fd(), room_.data(), room_.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return refused(errno);
    if (read_answer(Bytes(room_).first(static_cast<std::size_t>(count)), asked_, links)) return links;
  }
}

}  // namespace whydrop
