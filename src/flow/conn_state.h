// Zeek's conn_state and history of a flow, for people and tools that already speak them
// (zeek/zeek scripts/base/protocols/conn/main.zeek).
#pragma once

#include <string>
#include <string_view>

#include "src/flow/record.h"

namespace whydrop {

/// "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR" or "OTH".
std::string_view conn_state(const FlowRecord& record);

/// Zeek's letters, upper case for the initiator. A flow that needed no detail gets them from what its sides did, in
/// the order in which a connection does it.
std::string zeek_history(const FlowRecord& record, const FlowDetail* detail);

}  // namespace whydrop
