// Reserving, providing and giving back address space.
#include "src/core/large_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "src/core/memory_helper.h"

namespace whydrop {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20U;
constexpr std::size_t kFirst = std::size_t{64} << 10U;  // most captures are small

std::size_t rounded_up(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

void* at(void* start, std::size_t offset) { return static_cast<std::byte*>(start) + offset; }  // NOLINT: addresses

/// So many bytes, a multiple of kHugePage, that begin at a boundary of large pages; null where that is too much.
void* map_aligned(std::size_t size, int protection) {
  void* const mapped =
      ::mmap(nullptr, size + kHugePage, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  void* start = mapped;
  std::size_t space = size + kHugePage;
  std::align(kHugePage, size, start, space);
  const std::size_t before = size + kHugePage - space;
  if (before != 0) ::munmap(mapped, before);
  if (space != size) ::munmap(at(start, size), space - size);
  return start;
}

}  // namespace

Region::Region(std::size_t most) {
  for (most_ = rounded_up(most, kHugePage); most_ >= kHugePage; most_ = rounded_up(most_ / 2, kHugePage)) {
    start_ = map_aligned(most_, PROT_NONE);
    if (start_ != nullptr) break;
    if (most_ == kHugePage) throw std::bad_alloc();
  }
  // The first stays as it is: a small capture needs a fraction of one.
  if (most_ > kHugePage) ::madvise(at(start_, kHugePage), most_ - kHugePage, MADV_HUGEPAGE);  // NOLINT: it may fail
}

Region::~Region() {
  if (start_ != nullptr) ::munmap(start_, most_);
}

void Region::provide(std::size_t size) {
  if (size <= provided_) return;
  if (size > most_) throw std::bad_alloc();
  const std::size_t doubled = std::max({size, kFirst, 2 * provided_});
  const std::size_t wanted =
      std::min(most_, doubled < kHugePage ? rounded_up(doubled, kFirst) : rounded_up(size, kHugePage));
  if (wanted + kHugePage > open_) open(wanted);
  provided_ = wanted;
}

/// Of a region that has grown beyond small captures some more is opened, for the helper to clear it meanwhile.
void Region::open(std::size_t wanted) {
  constexpr std::size_t kAhead = 2 * kHugePage;
  const std::size_t until = wanted < kHugePage ? wanted : std::min(most_, wanted + kAhead);
  if (until <= open_) return;
  if (::mprotect(at(start_, open_), until - open_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  const std::size_t fresh = std::max(open_, wanted);
  if (until > fresh) MemoryHelper::advise(at(start_, fresh), until - fresh, MADV_POPULATE_WRITE);
  open_ = until;
}

void* take_large(std::size_t size) {
  void* const start = map_aligned(rounded_up(size, kHugePage), PROT_READ | PROT_WRITE);
  if (start == nullptr) throw std::bad_alloc();
  ::madvise(start, rounded_up(size, kHugePage), MADV_HUGEPAGE);  // NOLINT: without, pages are small
  return start;
}

void free_large(void* start, std::size_t size) noexcept { ::munmap(start, rounded_up(size, kHugePage)); }

}  // namespace whydrop
