// `whydrop flows`: one flow per line (NDJSON, schema whydrop-flows/1), facts beside the verdict.
//
// The first line describes the capture. Members for people and tools come first in every line; what is needed to read
// a record back as it was stands under "facts", where a member that is absent has its default value.
#pragma once

#include <string>

#include "src/verdict/assess.h"

namespace whydrop {

/// {"schema":"whydrop-flows/1","capture":{...}} and a newline.
std::string flow_header_line(const CaptureSummary& capture);

/// One line, newline included.
std::string flow_line(const FlowVerdict& flow);

}  // namespace whydrop
