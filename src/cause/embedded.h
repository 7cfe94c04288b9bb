// The catalog files that were compiled in.
#pragma once

#include <span>
#include <string_view>

namespace whydrop {

struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

/// In name order.
std::span<const EmbeddedFile> embedded_catalog();

}  // namespace whydrop
