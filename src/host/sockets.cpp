// Sockets that wait for anybody. The kernel picks them (sock_diag(7)): a busy host has a million of the others.
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>

#include "src/host/dump_into.h"
#include "src/host/messages.h"
#include "src/host/readers.h"

namespace whydrop {
namespace {

IpAddress address_of(const inet_diag_msg& socket) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &socket.id.idiag_src, bytes.size());
  return socket.idiag_family == AF_INET ? IpAddress::v4(std::span(bytes).first<4>()) : IpAddress::v6(bytes);
}

struct Kind {
  HostSocket::Transport transport;
  std::uint8_t protocol;
  std::uint32_t states;
};
// A UDP socket without a peer is in the state that TCP calls closed.
constexpr std::array kKinds = {Kind{HostSocket::Transport::tcp, IPPROTO_TCP, 1U << TCP_LISTEN},
                               Kind{HostSocket::Transport::udp, IPPROTO_UDP, 1U << TCP_CLOSE}};

std::string read_kind(const Kind& kind, std::uint8_t family, HostSnapshot& host) {
  inet_diag_req_v2 wanted{};
  wanted.sdiag_family = family;
  wanted.sdiag_protocol = kind.protocol;
  wanted.idiag_states = kind.states;
  return dump_into(host.sockets, {NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, bytes_of(wanted)}, SOCK_DIAG_BY_FAMILY,
                   [&](NetlinkBytes body) { return socket_in(body, kind.transport); });
}

}  // namespace

std::optional<HostSocket> socket_in(NetlinkBytes body, HostSocket::Transport transport) {
  const auto message = take_struct<inet_diag_msg>(body);
  if (!message || (message->idiag_family != AF_INET && message->idiag_family != AF_INET6)) return std::nullopt;
  if (message->id.idiag_dport != 0 || message->id.idiag_sport == 0) return std::nullopt;
  HostSocket socket{.transport = transport,
                    .address = address_of(*message),
                    .port = ntohs(message->id.idiag_sport),
                    .interface = message->id.idiag_if};
  if (transport == HostSocket::Transport::tcp) {
    socket.queued = message->idiag_rqueue;
    socket.backlog = message->idiag_wqueue;
  }
  while (const auto attribute = take_attribute(body)) {
    if (attribute->type == INET_DIAG_SKV6ONLY) socket.only_v6 = number_in<std::uint8_t>(attribute->value) != 0;
  }
  return socket;
}

std::string read_sockets(HostSnapshot& host) {
  for (const Kind& kind : kKinds) {
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
      std::string wrong = read_kind(kind, family, host);
      if (!wrong.empty()) return wrong;
    }
  }
  return "";
}

}  // namespace whydrop
