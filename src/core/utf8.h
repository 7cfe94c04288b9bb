// One character off the front of text that may hold anything.
#pragma once

#include <cstddef>
#include <string_view>

namespace whydrop {

struct Utf8Character {
  char32_t code = 0;
  std::size_t length = 1;  ///< in bytes; of what is not UTF-8, as many as could still have begun a character
  bool valid = false;
};

/// What starts `text`, which is not empty (Unicode Standard, table 3-7).
Utf8Character first_character(std::string_view text);

}  // namespace whydrop
