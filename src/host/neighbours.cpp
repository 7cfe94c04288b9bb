// The neighbour table: whom the host reaches on its links, and whom it failed to find there.
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "src/host/dump_into.h"
#include "src/host/messages.h"
#include "src/host/readers.h"

namespace whydrop {
namespace {

HostNeighbour::State state_of(std::uint16_t state) {
  using enum HostNeighbour::State;
  switch (state) {
    case NUD_INCOMPLETE: return incomplete;
    case NUD_REACHABLE: return reachable;
    case NUD_STALE: return stale;
    case NUD_DELAY: return delay;
    case NUD_PROBE: return probe;
    case NUD_FAILED: return failed;
    case NUD_NOARP: return noarp;
    case NUD_PERMANENT: return permanent;
    default: return none;
  }
}

}  // namespace

std::optional<HostNeighbour> neighbour_in(NetlinkBytes body) {
  const auto header = take_struct<ndmsg>(body);
  if (!header || (header->ndm_family != AF_INET && header->ndm_family != AF_INET6)) return std::nullopt;
  std::optional<IpAddress> address;
  while (const auto attribute = take_attribute(body)) {
    if (attribute->type == NDA_DST) address = address_in(attribute->value);
  }
  if (!address || address->is_multicast() || address->is_broadcast()) return std::nullopt;
  return HostNeighbour{.interface = static_cast<std::uint32_t>(header->ndm_ifindex),
                       .address = *address,
                       .state = state_of(header->ndm_state)};
}

std::string read_neighbours(HostSnapshot& host) {
  const ndmsg wanted{};
  return dump_into(host.neighbours, {NETLINK_ROUTE, RTM_GETNEIGH, bytes_of(wanted)}, RTM_NEWNEIGH, neighbour_in);
}

}  // namespace whydrop
