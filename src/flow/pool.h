// Records in chunks: growth never moves or copies one, freed places are used again first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace whydrop {

template <typename T>
class Pool {
 public:
  std::uint32_t take() {
    std::uint32_t at = used_;
    if (free_.empty()) {
      if (used_ % kChunk == 0) chunks_.push_back(std::make_unique<T[]>(kChunk));
      ++used_;
    } else {
      at = free_.back();
      free_.pop_back();
      std::construct_at(&(*this)[at]);  // in place: a fresh one elsewhere would have to be copied
    }
    return at;
  }
  void release(std::uint32_t at) { free_.push_back(at); }

  T& operator[](std::uint32_t at) { return chunks_[at / kChunk][at % kChunk]; }
  const T& operator[](std::uint32_t at) const { return chunks_[at / kChunk][at % kChunk]; }

  /// Asks for the whole of the place; worthwhile only some time before it is used.
  void prefetch(std::uint32_t at) const {
    constexpr std::size_t kCacheLine = 64;
    const auto place = std::as_bytes(std::span(&(*this)[at], 1));
    for (std::size_t line = 0; line < place.size(); line += kCacheLine) __builtin_prefetch(&place[line], 1);
  }

  /// Places ever used: indices are below it. Some of them may be free.
  std::uint32_t extent() const { return used_; }
  std::size_t live() const { return used_ - free_.size(); }
  std::uint64_t memory() const { return chunks_.size() * kChunk * sizeof(T) + free_.capacity() * sizeof(free_[0]); }

 private:
  static constexpr std::uint32_t kChunk = 256;

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
};

}  // namespace whydrop
