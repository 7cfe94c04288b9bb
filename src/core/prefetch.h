// Asking for memory some time before it is used.
#pragma once

namespace whydrop {

/// The cache line in which `place` lies. Any address will do: it is not looked at.
inline void prefetch(const void* place) {
  __builtin_prefetch(place);
  // GCC takes a function that does nothing else for one without effects, and drops calls of it.
  asm volatile("" : : "r"(place));
}

/// The same, about to be written.
inline void prefetch_to_write(const void* place) {
  __builtin_prefetch(place, 1);
  asm volatile("" : : "r"(place));
}

}  // namespace whydrop
