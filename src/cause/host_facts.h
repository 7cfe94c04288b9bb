// What the predicates about the host that captured share: whether its facts may be asked, and how old they are.
//
// A host that is neither end and does not forward may be one that a switch mirrors packets to: its routes, its tracked
// connections and its counters have nothing to do with them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/cause/predicates.h"
#include "src/host/lookup.h"

namespace whydrop::fact {

/// Null where nothing is known of the host.
inline const HostSnapshot* host_of(const Case& about) { return about.host == nullptr ? nullptr : &about.host->latest; }

/// The host, where the finding's server is its own; else null.
const HostSnapshot* server_host(const Case& about);

/// The host, where the finding's packets pass it: an end, or a router between; else null.
const HostSnapshot* host_on_way(const Case& about);

/// Whether what changes within minutes (queues, tables, neighbours) was looked at while it mattered.
bool looked_in_time(const Case& about, const HostSnapshot& host);

/// The ends that this host has to reach: the other one, or both.
std::vector<IpAddress> ends_to_reach(const Case& about, const HostSnapshot& host);

bool is_v6(const Case& about);

}  // namespace whydrop::fact
