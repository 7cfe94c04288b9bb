// Who sent a RST: the host whose address it bears, or something on the path in its name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/verdict/rules.h"

namespace whydrop {

struct ResetOrigin {
  bool injected = false;
  bool by_host = false;              ///< it came as far as the host's own packets; neither: nothing to compare with
  std::vector<std::string> reasons;  ///< why it looks injected, or why it does not
};

/// The flow has a RST (FlowDetail::reset), beside other packets of its sender.
ResetOrigin reset_origin(const Subject& flow);
/// Of a RST that answers a SYN: compared with what the same host answered elsewhere in the capture.
ResetOrigin refusal_origin(const Subject& flow, std::uint8_t reset_ttl);

/// As attribute.
void describe_origin(const ResetOrigin& origin, Finding& finding);
/// As evidence, which is what a finding's confidence rests on in the first place.
std::string with_reasons(std::string what, const ResetOrigin& origin);

}  // namespace whydrop
