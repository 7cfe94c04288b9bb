// Records in one piece of address space: growth never moves or copies one, freed places are used again first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "src/core/large_memory.h"
#include "src/core/prefetch.h"

namespace whydrop {

template <typename T>
class Pool {
 public:
  /// Fewer where this process may not have so much memory: `most()`.
  explicit Pool(std::size_t most) : region_(most * sizeof(T)), items_(static_cast<T*>(region_.start()), this->most()) {}

  std::size_t most() const { return region_.most() / sizeof(T); }

  std::uint32_t take() {
    std::uint32_t at = used_;
    if (free_.empty()) {
      region_.provide((used_ + std::size_t{1}) * sizeof(T));
      ++used_;
    } else {
      at = free_.back();
      free_.pop_back();
    }
    std::construct_at(&items_[at]);  // in place: a fresh one elsewhere would have to be copied
    return at;
  }
  void release(std::uint32_t at) { free_.push_back(at); }

  T& operator[](std::uint32_t at) { return items_[at]; }
  const T& operator[](std::uint32_t at) const { return items_[at]; }

  bool holds(const T& item) const {
    return !std::less<const T*>()(&item, items_.data()) && std::less<const T*>()(&item, items_.data() + used_);
  }

  /// Asks for the whole of the place; worthwhile only some time before it is used.
  void prefetch(std::uint32_t at) const {
    const auto place = std::as_bytes(items_.subspan(at, 1));
    for (std::size_t line = 0; line < place.size(); line += kCacheLine) prefetch_to_write(&place[line]);
  }

  /// Places ever used: indices are below it. Some of them may be free.
  std::uint32_t extent() const { return used_; }
  std::size_t live() const { return used_ - free_.size(); }
  std::uint64_t memory() const { return region_.provided() + free_.capacity() * sizeof(free_[0]); }

 private:
  static_assert(std::is_trivially_destructible_v<T>, "places are never destroyed");

  Region region_;
  std::span<T> items_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
};

}  // namespace whydrop
