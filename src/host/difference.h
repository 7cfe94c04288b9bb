// What changed on a host between two moments.
#pragma once

#include <optional>

#include "src/host/snapshot.h"

namespace whydrop {

struct HostChanges {
  struct Interface {
    std::uint32_t index = 0;
    InterfaceCounts counts;
  };

  Time from;
  Time until;
  std::array<std::optional<std::uint64_t>, kHostCounters.size()> counters{};  ///< none where one of the two lacks it
  std::vector<Interface> interfaces;                                          ///< that both have
  std::optional<HostConntrack> conntrack;  ///< what was counted meanwhile; count and max are the later ones

  std::optional<std::uint64_t> counter(HostCounter id) const { return counters.at(static_cast<std::size_t>(id)); }
};

/// Nothing when the two are not of one life of one network namespace, or not in this order: then their counters have
/// nothing to do with each other. What counts backwards was made anew in between, and is left out.
std::optional<HostChanges> difference(const HostSnapshot& before, const HostSnapshot& after);

}  // namespace whydrop
