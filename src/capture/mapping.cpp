// A file's bytes as memory: mapping, and surviving a file that shrinks under it.
//
// Touching a mapped page that its file no longer has raises SIGBUS. The handler puts a page of zeros in its place and
// notes where: the walk goes on for a moment over zeros, sees the note, and reports what it had read until then.
#include "src/capture/mapping.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <csignal>

namespace whydrop {
namespace {

const std::size_t kPage = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));

/// Of the last page that was missing. One is enough: two files that shrink within one batch are not worth a list.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a handler is given nothing else to write to
std::atomic<std::uintptr_t> missing_page = 0;
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free, "a signal handler writes it");

void replace_missing_page(int signal, siginfo_t* info, void*) {
  const auto address = std::bit_cast<std::uintptr_t>(info->si_addr);
  const std::uintptr_t page = address / kPage * kPage;
  constexpr int kZeros = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS;
  const bool replaced =
      info->si_code == BUS_ADRERR && ::mmap(std::bit_cast<void*>(page), kPage, PROT_READ, kZeros, -1, 0) != MAP_FAILED;
  if (replaced) missing_page = page;
  else ::signal(signal, SIG_DFL);  // NOLINT(cert-err33-c): not ours; it happens again, and ends the program
}

void handle_missing_pages() {
  struct sigaction action{};
  action.sa_sigaction = replace_missing_page;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace

Mapping Mapping::of(int fd, std::uint64_t size) {
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (start == MAP_FAILED) return {};
  handle_missing_pages();
  return {start, size};
}

Mapping::~Mapping() {
  if (start_ != nullptr) ::munmap(start_, size_);
}

void Mapping::bring(std::size_t from, std::size_t to) const {
  if (start_ == nullptr) return;
  const auto pages = bytes().subspan(from / kPage * kPage, to - from / kPage * kPage);
  // Before Linux 5.14 it fails and pages come one by one; a missing page fails it too and is met when it is touched.
  ::madvise(const_cast<std::uint8_t*>(pages.data()), pages.size(), MADV_POPULATE_READ);  // NOLINT: only reads
}

void Mapping::release_before(std::size_t offset) {
  const std::size_t end = offset / kPage * kPage;
  if (start_ == nullptr || end <= released_) return;
  const auto pages = bytes().subspan(released_, end - released_);
  ::madvise(const_cast<std::uint8_t*>(pages.data()), pages.size(), MADV_DONTNEED);  // NOLINT: the file has them still
  released_ = end;
}

bool Mapping::is_damaged() const {
  const auto start = std::bit_cast<std::uintptr_t>(start_);
  const std::uintptr_t page = missing_page.load(std::memory_order_relaxed);
  return page >= start && page - start < size_;
}

}  // namespace whydrop
