// The names of a snapshot's parts, and what it lacks.
#include "src/host/snapshot.h"

#include <algorithm>

namespace whydrop {

std::string_view title(HostPart part) {
  static constexpr std::string_view kTitles[] = {
#define PART(enumerator, title) title,
#include "src/host/parts.def"
#undef PART
  };
  return kTitles[static_cast<std::size_t>(part)];
}

bool HostSnapshot::complete(HostPart part) const { return std::ranges::find(gaps, part, &HostGap::part) == gaps.end(); }

}  // namespace whydrop
