// The raw facts of a flow record as JSON; a member that is absent has its default value.
#pragma once

#include "src/flow/record.h"
#include "src/report/json_parts.h"

namespace whydrop {

Json json_flow_facts(const FlowRecord& record, const FlowDetail* detail);

}  // namespace whydrop
