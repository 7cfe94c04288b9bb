// Looks things up in a snapshot.
#include "src/host/lookup.h"

#include <algorithm>
#include <tuple>

namespace whydrop {
namespace {

bool covers(const HostRoute& route, const IpAddress& address) {
  if (route.is_v6 == address.is_v4()) return false;
  const auto network = route.destination.family_bytes();
  const auto bytes = address.family_bytes();
  const std::size_t whole = route.length / 8U;
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole), network.begin())) return false;
  const unsigned rest = route.length % 8U;
  if (rest == 0) return true;
  const unsigned mask = 0xff00U >> rest & 0xffU;
  return ((static_cast<unsigned>(bytes[whole]) ^ network[whole]) & mask) == 0;
}

bool takes(const HostSocket& socket, const IpAddress& address) {
  if (socket.address == address) return true;
  if (!socket.address.is_unspecified()) return false;
  const bool same_family = socket.address.is_v4() == address.is_v4();
  return same_family || (address.is_v4() && !socket.only_v6);  // [::] takes IPv4 too, unless told not to
}

}  // namespace

std::optional<bool> owns(const HostSnapshot& host, const IpAddress& address) {
  if (std::ranges::find(host.addresses, address, &HostAddress::address) != host.addresses.end()) return true;
  return host.complete(HostPart::addresses) ? std::optional(false) : std::nullopt;
}

const HostInterface* interface_at(const HostSnapshot& host, std::uint32_t index) {
  const auto found = std::ranges::find(host.interfaces, index, &HostInterface::index);
  return found == host.interfaces.end() ? nullptr : &*found;
}

const HostInterface* interface_with(const HostSnapshot& host, const IpAddress& address) {
  const auto found = std::ranges::find(host.addresses, address, &HostAddress::address);
  return found == host.addresses.end() ? nullptr : interface_at(host, found->interface);
}

std::optional<WayTo> way_to(const HostSnapshot& host, const IpAddress& destination) {
  const bool told = host.complete(HostPart::routes) && host.complete(HostPart::rules) && host.policy_rules == 0;
  if (!told || owns(host, destination) != false) return std::nullopt;
  // The local link needs the interface to tell which one is meant.
  if (destination.is_link_local() || destination.is_multicast() || destination.is_broadcast()) return std::nullopt;
  const HostRoute* best = nullptr;
  for (const HostRoute& route : host.routes) {
    if (!covers(route, destination)) continue;
    const auto rank = [](const HostRoute& one) { return std::tuple(-int{one.length}, one.metric); };
    if (best == nullptr || rank(route) < rank(*best)) best = &route;
  }
  if (best == nullptr) return WayTo{};
  const bool forbidden = best->kind != HostRoute::Kind::unicast;
  return WayTo{
      .route = best, .interface = forbidden ? nullptr : interface_at(host, best->interface), .forbidden = forbidden};
}

const HostNeighbour* next_hop(const HostSnapshot& host, const WayTo& way, const IpAddress& destination) {
  if (way.interface == nullptr || way.route->next_hops != 1) return nullptr;
  const IpAddress address = way.route->gateway.value_or(destination);
  const auto found = std::ranges::find_if(host.neighbours, [&](const HostNeighbour& neighbour) {
    return neighbour.interface == way.interface->index && neighbour.address == address;
  });
  return found == host.neighbours.end() ? nullptr : &*found;
}

std::optional<Listeners> listeners(const HostSnapshot& host, HostSocket::Transport transport, const IpAddress& address,
                                   std::uint16_t port) {
  if (!host.complete(HostPart::sockets)) return std::nullopt;
  Listeners found;
  for (const HostSocket& socket : host.sockets) {
    if (socket.transport != transport || socket.port != port) continue;
    (takes(socket, address) ? found.here : found.elsewhere).push_back(&socket);
  }
  return found;
}

}  // namespace whydrop
