// Facts by key: found through the flow table's index, kept in the order in which they first came up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "src/core/large_memory.h"
#include "src/flow/index.h"
#include "src/flow/key.h"

namespace whydrop {

template <typename Facts>
class FactTable {
 public:
  /// Keys beyond `most` share one place that nobody finds: a flood from made-up sources must not fill memory.
  explicit FactTable(std::size_t most = kMostKeys) : most_(most) {}

  struct Entry {
    FlowKey key;
    Facts facts;
  };

  /// Facts, and whether they came up just now.
  struct Place {
    Facts& facts;
    bool is_new;
  };

  /// The facts under `key`, fresh ones where there were none; valid until the next key comes.
  Facts& operator[](const FlowKey& key) { return place(key).facts; }
  Place place(const FlowKey& key) {
    // Floods ask for one service, and for no other, millions of times.
    if (latest_ < entries_.size() && entries_[latest_].key == key) return {entries_[latest_].facts, false};
    const std::uint64_t key_hash = hash(key);
    const std::uint32_t number = place_of(key, key_hash);
    if (number != FlowIndex::kNone) {
      latest_ = number;
      return {entries_[number].facts, false};
    }
    if (entries_.size() == most_) return {spare_ = Facts{}, true};
    // Address space costs nothing; moving megabytes to memory that is touched for the first time stops a watch.
    if (entries_.size() == kFew) entries_.reserve(most_);
    index_.insert(key_hash, static_cast<std::uint32_t>(entries_.size()));
    return {entries_.emplace_back(Entry{.key = key, .facts = {}}).facts, true};
  }
  const Facts* find(const FlowKey& key) const {
    if (entries_.empty()) return nullptr;
    const std::uint32_t number = place_of(key, hash(key));
    return number == FlowIndex::kNone ? nullptr : &entries_[number].facts;
  }

  /// So that a copy of `other` finds memory that was touched before. `pause` is called every few milliseconds of that.
  void make_room_for(const FactTable& other, const std::function<void()>& pause) {
    constexpr std::size_t kStep = 4096;
    if (entries_.capacity() >= other.entries_.size()) return;
    entries_.reserve(other.entries_.capacity());
    while (entries_.size() < other.entries_.size()) {
      entries_.resize(std::min(entries_.size() + kStep, other.entries_.size()));
      if (pause) pause();
    }
  }

  /// Asks for the cache line that a look for `key` begins with.
  void prefetch(const FlowKey& key) const { index_.prefetch(hash(key)); }

  std::span<const Entry> entries() const { return entries_; }

 private:
  std::uint32_t place_of(const FlowKey& key, std::uint64_t key_hash) const {
    return index_.find(key_hash, [&](std::uint32_t candidate) { return entries_[candidate].key == key; });
  }

  static constexpr std::size_t kFew = 4096;
  static constexpr std::size_t kMostKeys = std::size_t{1} << 17U;

  std::size_t most_;
  FlowIndex index_;
  std::vector<Entry, LargeAllocator<Entry>> entries_;
  Facts spare_{};
  std::uint32_t latest_ = 0;  ///< was asked for last among those known before
};

}  // namespace whydrop
