// Which conversations `whydrop live --lean` records whole: both its filter and the verdicts have to know.
#pragma once

#include <cstdint>

namespace whydrop {

/// One in so many; a power of two.
inline constexpr unsigned kLeanSample = 16;

/// The same for both directions.
constexpr bool is_in_lean_sample(std::uint16_t port, std::uint16_t other_port) {
  return ((port + other_port) & (kLeanSample - 1)) == 0;
}

}  // namespace whydrop
