// What one message of each kind says: from the kernel's bytes to a value of the snapshot, or nothing.
#pragma once

#include <optional>

#include "src/host/netlink.h"
#include "src/host/snapshot.h"

namespace whydrop {

/// RTM_NEWLINK.
std::optional<HostInterface> interface_in(NetlinkBytes body);
/// RTM_NEWADDR.
std::optional<HostAddress> host_address_in(NetlinkBytes body);
/// RTM_NEWROUTE; nothing for routes of other tables, and for what is no way to send packets on.
std::optional<HostRoute> route_in(NetlinkBytes body);
/// RTM_NEWRULE: whether it is none of those that every host has.
bool is_policy_rule(NetlinkBytes body);
/// RTM_NEWNEIGH; nothing for multicast groups and bridges' tables.
std::optional<HostNeighbour> neighbour_in(NetlinkBytes body);
/// SOCK_DIAG_BY_FAMILY; nothing for sockets that are bound to one peer.
std::optional<HostSocket> socket_in(NetlinkBytes body, HostSocket::Transport transport);

}  // namespace whydrop
