// From what people see at the client to the verdicts that it comes from.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "src/verdict/verdict.h"

namespace whydrop {

struct ClientMessage {
  std::string_view text;
  std::string_view meaning;  ///< who prints it, and when
  std::vector<VerdictId> verdicts;
};
std::span<const ClientMessage> all_client_messages();

/// Messages that are part of `seen`, or that `seen` (four letters or more) is part of, whatever the case.
std::vector<ClientMessage> client_messages_in(std::string_view seen);

/// Messages that a verdict is seen with.
std::vector<ClientMessage> client_messages_of(VerdictId verdict);

}  // namespace whydrop
