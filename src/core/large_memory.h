// Memory for tables that grow large.
//
// A page that is touched for the first time costs a trap into the kernel and, in a virtual machine, one into its host:
// microseconds for each 4 KiB. Large tables ask for pages of 2 MiB instead, and what grows record by record lives in
// address space that was reserved for all of it, so that growth moves nothing.
#pragma once

#include <cstddef>
#include <new>

namespace whydrop {

/// Address space for `most` bytes, of which only those are there that were provided.
class Region {
 public:
  /// Less may be reserved where this process may not have so much; `most()` says how much it is.
  explicit Region(std::size_t most);
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  ~Region();

  void* start() const { return start_; }
  std::size_t most() const { return most_; }
  std::size_t provided() const { return provided_; }
  /// At least the first `size` bytes can be used from now on, zeros where they are new. Throws std::bad_alloc.
  void provide(std::size_t size);

 private:
  void open(std::size_t wanted);

  void* start_ = nullptr;
  std::size_t most_ = 0;
  std::size_t provided_ = 0;
  std::size_t open_ = 0;  ///< from here on nothing may be touched
};

/// `size` bytes in pages as large as there are; of free_large with the same size.
void* take_large(std::size_t size);
void free_large(void* start, std::size_t size) noexcept;

/// For vectors that may grow large.
template <typename T>
class LargeAllocator {
 public:
  using value_type = T;  // NOLINT(readability-identifier-naming): the standard's name

  LargeAllocator() = default;
  template <typename Other>
  LargeAllocator(const LargeAllocator<Other>&) {}  // NOLINT(google-explicit-constructor): as the standard wants it

  T* allocate(std::size_t count) {
    const std::size_t size = count * sizeof(T);
    return static_cast<T*>(size >= kLarge ? take_large(size) : ::operator new(size));
  }
  void deallocate(T* start, std::size_t count) noexcept {
    if (count * sizeof(T) >= kLarge) free_large(start, count * sizeof(T));
    else ::operator delete(start);
  }
  friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }

 private:
  static constexpr std::size_t kLarge = std::size_t{4} << 20U;
};

}  // namespace whydrop
