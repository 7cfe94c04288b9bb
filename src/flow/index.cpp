// Insertion, growth and deletion of index slots.
#include "src/flow/index.h"

#include <utility>

namespace whydrop {

void FlowIndex::place(Slot slot) {
  std::size_t at = slot.tag & mask();
  while (slots_[at].number_plus_one != 0) at = (at + 1) & mask();
  slots_[at] = slot;
}

void FlowIndex::grow() {
  const auto old = std::exchange(slots_, decltype(slots_)(slots_.size() * 2));
  for (const Slot& slot : old) {
    if (slot.number_plus_one != 0) place(slot);
  }
}

void FlowIndex::insert(std::uint64_t hash, std::uint32_t number) {
  if ((size_ + 1) * 3 > slots_.size() * 2) grow();
  place({.tag = tag_of(hash), .number_plus_one = number + 1});
  ++size_;
}

FlowIndex::Slot* FlowIndex::slot_of(std::uint64_t hash, std::uint32_t number) {
  const std::uint32_t tag = tag_of(hash);
  for (std::size_t at = tag & mask(); slots_[at].number_plus_one != 0; at = (at + 1) & mask()) {
    if (slots_[at].tag == tag && slots_[at].number() == number) return &slots_[at];
  }
  return nullptr;
}

void FlowIndex::replace(std::uint64_t hash, std::uint32_t from, std::uint32_t to) {
  if (Slot* slot = slot_of(hash, from)) slot->number_plus_one = to + 1;
  ++losses_;
}

void FlowIndex::erase(std::uint64_t hash, std::uint32_t number) {
  const Slot* found = slot_of(hash, number);
  if (found == nullptr) return;
  // Backward shift: slots that probed past the hole move into it, so that no tombstone is needed.
  auto hole = static_cast<std::size_t>(found - slots_.data());
  for (std::size_t at = (hole + 1) & mask(); slots_[at].number_plus_one != 0; at = (at + 1) & mask()) {
    const std::size_t home = slots_[at].tag & mask();
    if (((at - home) & mask()) < ((at - hole) & mask())) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = Slot{};
  --size_;
  ++losses_;
}

}  // namespace whydrop
