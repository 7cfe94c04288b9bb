// The text in which the kernel writes what became of tracked connections.
#pragma once

#include <string_view>

#include "src/host/snapshot.h"

namespace whydrop {

/// /proc/net/stat/nf_conntrack: a line of names, then one of hexadecimal numbers for each CPU, which are added up.
void take_conntrack_counts(std::string_view text, HostConntrack& conntrack);

}  // namespace whydrop
