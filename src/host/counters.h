// The texts in which the kernel writes its counters.
#pragma once

#include <string_view>

#include "src/host/snapshot.h"

namespace whydrop {

using HostCounters = decltype(HostSnapshot::counters);

/// /proc/net/netstat and snmp: a line of names and a line of numbers, "TcpExt: ListenDrops …", "TcpExt: 3 …". What is
/// not in counters.def, or is no number, is passed over.
void take_paired_counters(std::string_view text, HostCounters& counters);

/// /proc/net/snmp6: "Ip6InDiscards 3" on each line.
void take_listed_counters(std::string_view text, HostCounters& counters);

}  // namespace whydrop
