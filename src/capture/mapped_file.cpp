// Mapping, letting go, and what becomes of a page that cannot be had.
#include "src/capture/mapped_file.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <mutex>

#include "src/core/memory_helper.h"

namespace whydrop {
namespace {

/// Page tables are let go of in the size in which large pages are entered.
constexpr std::uint64_t kStep = std::uint64_t{2} << 20U;

/// What the signal's handler may look at: whole pages that are mapped. `start` is 0 where there are none.
struct Slot {
  std::atomic<std::uintptr_t> start = 0;
  std::atomic<std::uintptr_t> end = 0;
  std::atomic<bool> is_torn = false;
};
constexpr std::size_t kMostFiles = 64;
std::array<Slot, kMostFiles> slots;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): for a handler
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);

std::uintptr_t page_size() {
  static const auto kSize = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  return kSize;
}

void* as_pointer(std::uintptr_t address) { return std::bit_cast<void*>(address); }

/// Puts zeros where the page should be, and in all pages behind it. A fault that is not ours happens again, and ends
/// the process as it would have.
void replace_page(int number, siginfo_t* info, void*) {
  const auto address = std::bit_cast<std::uintptr_t>(info->si_addr);
  for (Slot& slot : slots) {
    if (address < slot.start || address >= slot.end) continue;
    slot.is_torn = true;
    const std::uintptr_t page = address - address % page_size();
    if (::mmap(as_pointer(page), slot.end - page, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
        MAP_FAILED) {
      return;
    }
  }
  [[maybe_unused]] const auto before = ::signal(number, SIG_DFL);
}

void catch_bus_errors() {
  static std::once_flag once;
  std::call_once(once, [] {
    page_size();  // known before a handler asks
    struct sigaction action{};
    action.sa_sigaction = replace_page;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGBUS, &action, nullptr);
  });
}

/// Claims a slot; kMostFiles where all are taken.
std::size_t take_slot(std::uintptr_t start, std::uintptr_t end) {
  for (std::size_t at = 0; at < kMostFiles; ++at) {
    std::uintptr_t nobody = 0;
    if (!slots[at].start.compare_exchange_strong(nobody, start)) continue;
    slots[at].is_torn = false;
    slots[at].end = end;
    return at;
  }
  return kMostFiles;
}

}  // namespace

std::unique_ptr<MappedFile> MappedFile::of(int fd, std::uint64_t size) {
  if (size == 0) return nullptr;
  catch_bus_errors();
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) return nullptr;
  const auto start = std::bit_cast<std::uintptr_t>(mapped);
  const std::size_t slot = take_slot(start, start + (size + page_size() - 1) / page_size() * page_size());
  if (slot == kMostFiles) {
    ::munmap(mapped, size);
    return nullptr;
  }
  return std::unique_ptr<MappedFile>(new MappedFile({static_cast<const std::uint8_t*>(mapped), size}, slot));
}

MappedFile::~MappedFile() {
  MemoryHelper::finish();  // its advice may be about other memory once this is given back
  const std::uintptr_t start = slots[slot_].start;
  slots[slot_].end = 0;
  slots[slot_].start = 0;
  ::munmap(as_pointer(start), bytes_.size());
}

bool MappedFile::is_torn() const { return slots[slot_].is_torn; }

void MappedFile::move_to(std::uint64_t from, std::uint64_t to) {
  constexpr std::uint64_t kComing = 4 * kStep;
  // A helper works ahead. Each request wakes its processor, and what it lets go of interrupts ours: so in large steps.
  const bool has_helper = MemoryHelper::is_there();
  const std::uint64_t ahead = has_helper ? kStep : 0;
  const std::uint64_t stride = has_helper ? 2 * kStep : kStep;
  if (to + ahead > entered_) {
    const std::uint64_t until = has_helper ? to + ahead + stride : to;
    advise(std::max(entered_, from), until, MADV_POPULATE_READ);
    entered_ = until;
  }
  if (const std::uint64_t behind = from - from % stride; behind > released_) {
    advise(released_, behind, MADV_DONTNEED);
    released_ = behind;
  }
  if (announced_ >= to + kComing) return;
  advise(std::max(announced_, entered_), to + 2 * kComing, MADV_WILLNEED);
  announced_ = to + 2 * kComing;
}

void MappedFile::enter(std::uint64_t from, std::uint64_t to) const {
  constexpr std::uint64_t kComing = 4 * kStep;
  if (from / kComing != to / kComing) advise(to + kComing, to + 2 * kComing, MADV_WILLNEED);
  advise(from, to, MADV_POPULATE_READ);
}

void MappedFile::leave(std::uint64_t until) {
  constexpr std::uint64_t kStride = 4 * kStep;  // who is looking at something else is interrupted each time
  const std::uint64_t behind = until - until % kStride;
  if (behind <= released_) return;
  advise(released_, behind, MADV_DONTNEED);
  released_ = behind;
}

/// A kernel that knows no such advice does later what it would have done now.
void MappedFile::advise(std::uint64_t from, std::uint64_t to, int advice) const {
  const std::uint64_t start = from - from % page_size();
  const std::uint64_t end = std::min<std::uint64_t>(bytes_.size(), to);
  if (start >= end) return;
  void* const place = as_pointer(slots[slot_].start + start);
  if (!MemoryHelper::advise(place, end - start, advice)) ::madvise(place, end - start, advice);
}

}  // namespace whydrop
