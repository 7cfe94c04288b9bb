// From a key's hash to record numbers: open addressing with linear probing over 8-byte slots.
//
// A slot holds 32 bits of the hash and the record's number, so that probing compares tags without touching records, and
// growing the table moves slots without reading a key. Which record is meant is the caller's question: `find` offers
// every candidate whose tag fits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "src/core/large_memory.h"
#include "src/core/prefetch.h"

namespace whydrop {

class FlowIndex {
 public:
  FlowIndex() : slots_(kFirstSize) {}

  static constexpr std::uint32_t kNone = 0xffffffff;

  /// The first number under `hash` for which `is_it(number)` holds, or kNone.
  template <typename Match>
  std::uint32_t find(std::uint64_t hash, const Match& is_it) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = tag & mask();; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (slot.number_plus_one == 0) return kNone;
      if (slot.tag == tag && is_it(slot.number())) return slot.number();
    }
  }

  /// Asks for the cache line that `find` will look at.
  void prefetch(std::uint64_t hash) const { whydrop::prefetch(&slots_[tag_of(hash) & mask()]); }

  void insert(std::uint64_t hash, std::uint32_t number);
  /// The entry under `hash` that names `from` names `to` from now on.
  void replace(std::uint64_t hash, std::uint32_t from, std::uint32_t to);
  /// Does nothing when there is no such entry.
  void erase(std::uint64_t hash, std::uint32_t number);

  std::size_t size() const { return size_; }
  /// How often an entry was replaced or erased: while this stays the same, what was found first is found first again.
  std::uint64_t losses() const { return losses_; }
  std::uint64_t memory() const { return slots_.capacity() * sizeof(Slot); }

 private:
  static constexpr std::size_t kFirstSize = 1024;

  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number_plus_one = 0;  ///< 0: empty

    std::uint32_t number() const { return number_plus_one - 1; }
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }
  std::size_t mask() const { return slots_.size() - 1; }
  Slot* slot_of(std::uint64_t hash, std::uint32_t number);
  void place(Slot slot);
  void grow();

  std::vector<Slot, LargeAllocator<Slot>> slots_;
  std::size_t size_ = 0;
  std::uint64_t losses_ = 0;
};

}  // namespace whydrop
