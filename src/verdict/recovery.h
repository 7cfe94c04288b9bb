// Which findings belong to the past: their clients get through again.
#pragma once

#include <cstdint>
#include <vector>

#include "src/verdict/assess.h"

namespace whydrop {

struct Recovery {
  bool healed = false;
  std::uint64_t successes = 0;  ///< of clients that had failed, since the last failure
  Time since;                   ///< beginning of the first of them
  IpAddress client;             ///< whose it was
};

/// In the order of the assessment's findings, as of `now`. A finding has healed when clients that met it have got
/// through to the same service since its last failed attempt began, oftener in a row than ever between two failures:
/// where every second attempt fails, the one that does not heals nothing. To get through is to end well, or to last,
/// with at least half as many bytes either way as an attempt that failed: what got stuck may have done so for its size.
std::vector<Recovery> recoveries(const Assessment& assessment, Time now);

}  // namespace whydrop
