// Sockets that never block.
#include "src/app/live/metrics_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>

#include "src/app/live/http.h"
#include "src/app/sandbox/profile.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostConnections = 16;
constexpr auto kPatience = 5s;
constexpr auto kLinger = 1s;  // for what a client still sends, which must not reset the answer away
constexpr std::size_t kPiece = 4096;
constexpr int kMostPieces = 64;  // of one connection at once
constexpr int kBacklog = 64;

std::uint16_t in_network_order(std::uint16_t port) {
  return std::endian::native == std::endian::little ? std::byteswap(port) : port;
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

SocketAddress socket_address(const ListenAddress& where) {
  SocketAddress made;
  const auto bytes = where.address.family_bytes();
  if (where.address.is_v4()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = in_network_order(where.port);
    std::memcpy(&address.sin_addr, bytes.data(), bytes.size());
    std::memcpy(&made.storage, &address, sizeof(address));
    made.length = sizeof(address);
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = in_network_order(where.port);
    std::memcpy(&address.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&made.storage, &address, sizeof(address));
    made.length = sizeof(address);
  }
  return made;
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

std::optional<ListenAddress> ListenAddress::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string_view host = colon == std::string_view::npos ? "" : text.substr(0, colon);
  const std::string_view digits = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host.empty() && !bracketed ? "127.0.0.1" : host);
  ListenAddress where;
  const char* const end = std::to_address(digits.end());
  const auto [stop, failed] = std::from_chars(std::to_address(digits.begin()), end, where.port);
  if (!address || bracketed == address->is_v4() || failed != std::errc() || stop != end || where.port == 0) {
    return std::nullopt;
  }
  where.address = *address;
  return where;
}

std::expected<MetricsServer, Error> MetricsServer::open(const ListenAddress& where) {
  const SocketAddress address = socket_address(where);
  Descriptor socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int yes = 1;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the sockets interface wants it
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address.storage);
  const bool ready = socket.fd() >= 0 && ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
                     ::bind(socket.fd(), generic, address.length) == 0 && ::listen(socket.fd(), kBacklog) == 0;
  if (ready) return MetricsServer(std::move(socket));
  return std::unexpected(Error{"--metrics " + endpoint_text(where.address, where.port),
                               "cannot be listened at: " + std::generic_category().message(errno), "",
                               "give an address of this host and a free port"});
}

void MetricsServer::serve(const std::function<std::string_view()>& text) {
  accept_new();
  for (Connection& connection : connections_) {
    receive(connection);
    answer(connection, text);
    send(connection);
  }
  std::erase_if(connections_, [now = Clock::now()](const Connection& connection) { return connection.is_over(now); });
}

bool MetricsServer::Connection::is_over(Clock::time_point now) const {
  if (failed || now >= until) return true;
  // Who has said all may still listen to an answer; there is none to half a question.
  return at_end && (!answered || response.empty());
}

void MetricsServer::answer(Connection& connection, const std::function<std::string_view()>& text) {
  if (connection.answered || connection.failed) return;
  const HttpRequest request = read_request(connection.received);
  if (request == HttpRequest::unfinished) return;
  connection.response = http_response(request, request == HttpRequest::metrics ? text() : "");
  connection.answered = true;
  connection.received.clear();
}

void MetricsServer::accept_new() {
  for (std::size_t taken = 0; taken < kMostConnections; ++taken) {
    const Descriptor come(::accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (come.fd() < 0) return;
    Descriptor socket(::fcntl(come.fd(), F_DUPFD_CLOEXEC, kFirstConnection));
    if (socket.fd() < 0) return;
    if (connections_.size() == kMostConnections) connections_.erase(connections_.begin());
    connections_.push_back({.socket = std::move(socket), .until = Clock::now() + kPatience});
  }
}

/// What comes behind a request is read and forgotten.
void MetricsServer::receive(Connection& connection) {
  std::array<char, kPiece> piece{};
  for (int pieces = 0; pieces < kMostPieces; ++pieces) {
    if (connection.received.size() >= kLongestRequest) return;
    const ssize_t got = ::recv(connection.socket.fd(), piece.data(), piece.size(), 0);
    if (got < 0 && would_block()) return;
    connection.failed = got < 0;
    connection.at_end = got == 0;
    if (got <= 0) return;
    if (!connection.answered) connection.received.append(piece.data(), static_cast<std::size_t>(got));
  }
}

void MetricsServer::send(Connection& connection) {
  if (!connection.answered || connection.response.empty() || connection.failed) return;
  const ssize_t sent =
      ::send(connection.socket.fd(), connection.response.data(), connection.response.size(), MSG_NOSIGNAL);
  if (sent < 0 && would_block()) return;
  connection.failed = sent < 0;
  if (sent < 0) return;
  connection.response.erase(0, static_cast<std::size_t>(sent));
  if (!connection.response.empty()) return;
  ::shutdown(connection.socket.fd(), SHUT_WR);
  connection.until = std::min(connection.until, Clock::now() + kLinger);
}

}  // namespace whydrop
