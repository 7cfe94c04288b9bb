// Facts by key: found through the flow table's index, kept in the order in which they first came up.
#pragma once

#include <algorithm>
#include <bit>
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
    if (is_full()) return {spare_ = Facts{}, true};
    // Address space costs nothing; moving megabytes to memory that is touched for the first time stops a watch.
    if (entries_.size() == kFew) entries_.reserve(most_);
    index_.insert(key_hash, static_cast<std::uint32_t>(entries_.size()));
    Entry& entry = entries_.emplace_back(Entry{.key = key, .facts = {}});
    if (is_full()) mark_known();
    return {entry.facts, true};
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
  void prefetch(const FlowKey& key) const {
    const std::uint64_t key_hash = hash(key);
    if (may_know(key_hash)) index_.prefetch(key_hash);
  }

  std::span<const Entry> entries() const { return entries_; }

 private:
  bool is_full() const { return entries_.size() == most_; }

  std::uint32_t place_of(const FlowKey& key, std::uint64_t key_hash) const {
    if (!may_know(key_hash)) return FlowIndex::kNone;
    return index_.find(key_hash, [&](std::uint32_t candidate) { return entries_[candidate].key == key; });
  }

  /// In a flood from made-up sources a full table is asked for millions of keys that it does not have. Eight bits for
  /// each that it has stay in the second cache, which the index does not, and answer nearly all of them.
  void mark_known() {
    known_.assign(std::bit_ceil(most_) * kBitsEach / kWordBits, 0);
    for (const Entry& entry : entries_) {
      const std::uint64_t bit = bit_of(hash(entry.key));
      known_[bit / kWordBits] |= std::uint64_t{1} << bit % kWordBits;
    }
  }
  bool may_know(std::uint64_t key_hash) const {
    if (known_.empty()) return true;
    const std::uint64_t bit = bit_of(key_hash);
    return (known_[bit / kWordBits] >> bit % kWordBits & 1U) != 0;
  }
  std::uint64_t bit_of(std::uint64_t key_hash) const { return key_hash & (known_.size() * kWordBits - 1); }

  static constexpr std::size_t kBitsEach = 8;
  static constexpr std::size_t kWordBits = 64;
  static constexpr std::size_t kFew = 4096;
  static constexpr std::size_t kMostKeys = std::size_t{1} << 17U;

  std::size_t most_;
  FlowIndex index_;
  std::vector<Entry, LargeAllocator<Entry>> entries_;
  std::vector<std::uint64_t> known_;  ///< a bit for what hashes there; empty until the table is full
  Facts spare_{};
  std::uint32_t latest_ = 0;  ///< was asked for last among those known before
};

}  // namespace whydrop
