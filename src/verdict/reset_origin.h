// Who sent a RST: the host whose address it bears, or something on the path in its name.
#pragma once

#include <string>
#include <vector>

#include "src/verdict/rules.h"

namespace whydrop {

struct ResetOrigin {
  bool injected = false;
  std::vector<std::string> reasons;  ///< why it looks injected, or why it does not
};

/// The flow has a RST (FlowDetail::reset).
ResetOrigin reset_origin(const Subject& flow);

}  // namespace whydrop
