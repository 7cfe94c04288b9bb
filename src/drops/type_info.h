// What the running kernel's type information (BTF) says of its drop reasons and of the tracepoint that tells them.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "src/drops/reasons.h"

namespace whydrop {

struct DropTypes {
  ReasonNames reasons;        ///< empty before Linux 5.17, which gives none
  ReasonNames of_subsystems;  ///< of the modules that are loaded
  std::size_t arguments = 0;  ///< of tracepoint skb:kfree_skb
};

/// An error says what is missing, as a sentence.
std::expected<DropTypes, std::string> read_drop_types();

}  // namespace whydrop
