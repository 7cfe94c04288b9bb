// Community ID v1: a flow's name that other network tools compute too (corelight/community-id-spec).
#pragma once

#include <optional>
#include <string>

#include "src/flow/record.h"

namespace whydrop {

/// "1:" and 28 characters, with the default seed 0, of the flow's own (innermost) addresses. None for ARP and ND,
/// which it does not cover, and where the IP protocol's number is not part of the record.
std::optional<std::string> community_id(const FlowRecord& record);

}  // namespace whydrop
