// `whydrop flows`: one flow per line (NDJSON, schema whydrop-flows/1), facts beside the verdict.
//
// The first line describes the capture. Members for people and tools come first in every line; what is needed to read
// a record back as it was (flow_part.h) stands under "facts", where a member that is absent has its default value. A
// later part of a capture says at its end what the first packets of each conversation were: "opening".
#pragma once

#include <string>

#include "src/report/flow_part.h"
#include "src/verdict/assess.h"

namespace whydrop {

/// {"schema":"whydrop-flows/1","capture":{...}} and a newline. Of `part` only what is not a flow or opening is looked
/// at.
std::string flow_header_line(const CaptureSummary& capture, const FlowPart& part, const PartLines& lines);

/// One line, newline included. `shown` is the flow's detail; `settled`: judging needed none.
std::string flow_line(const FlowVerdict& flow, const FlowDetail* shown, bool settled);

/// {"opening":{...}} and a newline.
std::string opening_line(const Opening& opening);

}  // namespace whydrop
