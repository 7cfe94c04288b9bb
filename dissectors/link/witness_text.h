// Words of a witness, put together from what a capture's header holds.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>
#include <string_view>

#include "src/wire/packet_view.h"

namespace whydrop {

/// A C string in a field that may be longer.
inline std::span<const std::uint8_t> c_string(std::span<const std::uint8_t> field) {
  const auto end = std::ranges::find(field, std::uint8_t{0});
  return field.first(static_cast<std::size_t>(end - field.begin()));
}

inline void append_number(Witness& witness, std::uint32_t number) {
  std::array<char, 10> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  witness.append(std::string_view(digits.begin(), end));
}

}  // namespace whydrop
