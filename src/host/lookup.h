// Questions to a snapshot, answered as the kernel would. Nothing where the snapshot is not complete enough to tell.
#pragma once

#include <optional>
#include <vector>

#include "src/host/snapshot.h"

namespace whydrop {

/// Whether an address is the host's own.
std::optional<bool> owns(const HostSnapshot& host, const IpAddress& address);

/// The interface that has this address of the host's own, or null.
const HostInterface* interface_with(const HostSnapshot& host, const IpAddress& address);
const HostInterface* interface_at(const HostSnapshot& host, std::uint32_t index);

struct WayTo {
  const HostRoute* route = nullptr;          ///< null: no route fits
  const HostInterface* interface = nullptr;  ///< null where the route forbids
  bool forbidden = false;                    ///< the route says blackhole, unreachable or prohibit
};
/// The longest prefix, then the lowest metric. Nothing where rules may lead to other tables, or for own addresses.
std::optional<WayTo> way_to(const HostSnapshot& host, const IpAddress& destination);

/// Entry of the next hop of `way`, which is `destination` itself on its own link; null: there is none.
const HostNeighbour* next_hop(const HostSnapshot& host, const WayTo& way, const IpAddress& destination);

struct Listeners {
  std::vector<const HostSocket*> here;       ///< take what comes to the address and port
  std::vector<const HostSocket*> elsewhere;  ///< have the port, on other addresses
};
std::optional<Listeners> listeners(const HostSnapshot& host, HostSocket::Transport transport, const IpAddress& address,
                                   std::uint16_t port);

}  // namespace whydrop
