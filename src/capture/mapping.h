// A file's bytes as memory, without copying them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace whydrop {

/// A read-only mapping of a whole file. The file may change under it: what it lost reads as zeros, and `is_damaged`
/// says so.
class Mapping {
 public:
  /// An empty one where the file cannot be mapped.
  static Mapping of(int fd, std::uint64_t size);

  Mapping() = default;
  Mapping(Mapping&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        released_(other.released_) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(start_, other.start_);
    std::swap(size_, other.size_);
    std::swap(released_, other.released_);
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  std::span<const std::uint8_t> bytes() const { return {static_cast<const std::uint8_t*>(start_), size_}; }

  /// Has the pages of these offsets ready at once, instead of one fault for each as they are touched.
  void bring(std::size_t from, std::size_t to) const;
  /// Gives back memory: what lies before `offset` is not needed soon. It stays readable.
  void release_before(std::size_t offset);
  /// Pages that were touched are gone from the file (it became shorter), or could not be read from its disk.
  bool is_damaged() const;

 private:
  Mapping(void* start, std::size_t size) : start_(start), size_(size) {}

  void* start_ = nullptr;
  std::size_t size_ = 0;
  std::size_t released_ = 0;
};

}  // namespace whydrop
