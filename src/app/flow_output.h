// The lines of `whydrop flows`.
#pragma once

#include <functional>
#include <string>

#include "src/app/pipeline.h"

namespace whydrop {

/// Until `take` wants no more. `analysis` was made with Details::kept_to_show.
void for_each_flow_line(const Analysis& analysis, const ReadOptions& options,
                        const std::function<bool(const std::string&)>& take);

}  // namespace whydrop
