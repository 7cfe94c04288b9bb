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

/// The cache lines of so many bytes from `place` on, whether they exist or not: to find out costs more than to ask.
template <std::size_t Size>
void prefetch_from(const void* place) {
  const auto address = reinterpret_cast<std::uintptr_t>(place);  // NOLINT: a pointer must not leave what it points into
  for (std::size_t at = 0; at < Size; at += kCacheLine)
    prefetch(reinterpret_cast<const void*>(address + at));      // NOLINT
  prefetch(reinterpret_cast<const void*>(address + Size - 1));  // NOLINT
}

/// The same as `prefetch`, about to be written.
inline void prefetch_to_write(const void* place) {
  __builtin_prefetch(place, 1);
  asm volatile("" : : "r"(place));
}

}  // namespace whydrop
