// What this host's clock shows, in the one type that times have.
#pragma once

#include <chrono>

#include "src/core/time.h"

namespace whydrop {

inline Time wall_clock() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

}  // namespace whydrop
