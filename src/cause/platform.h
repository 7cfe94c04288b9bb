// Which cloud the packets come from, told by addresses and segment sizes that only one of them uses.
#pragma once

#include <string_view>

#include "src/verdict/assess.h"

namespace whydrop {

/// A cloud of systems.def, or empty.
std::string_view cloud_of(const Assessment& assessment);

}  // namespace whydrop
