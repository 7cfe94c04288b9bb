// All that is known of a host while a finding is explained.
#pragma once

#include <optional>

#include "src/host/difference.h"
#include "src/host/snapshot.h"

namespace whydrop {

struct HostKnowledge {
  HostSnapshot latest;
  std::optional<HostChanges> changes;  ///< since an earlier snapshot, where there is one
};

}  // namespace whydrop
