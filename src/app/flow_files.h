// What `whydrop flows` printed takes the place of the packets: parts of a capture are joined and judged.
#pragma once

#include "src/app/inputs.h"
#include "src/app/pipeline.h"

namespace whydrop {

/// Parts in the order of their packets, whatever the order of the files. What is readable of a damaged file counts.
Analysis analyse_flow_files(const ReadOptions& options, Inputs inputs, const ProgressFunction& progress);

}  // namespace whydrop
