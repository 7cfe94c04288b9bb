// Asking for memory some time before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace whydrop {

constexpr std::size_t kCacheLine = 64;

/// The cache line in which `place` lies. Any address will do: it is not looked at.
inline void prefetch(const void* place) {
  __builtin_prefetch(place);
  // GCC takes a function that does nothing else for one without effects, and drops calls of it.
  asm volatile("" : : "r"(place));
}

/// All cache lines in which some of these bytes lie.
inline void prefetch_all(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  for (std::size_t at = 0; at < bytes.size(); at += kCacheLine) prefetch(&bytes[at]);
  prefetch(&bytes.back());
}

/// The same as `prefetch`, about to be written.
inline void prefetch_to_write(const void* place) {
  __builtin_prefetch(place, 1);
  asm volatile("" : : "r"(place));
}

}  // namespace whydrop
