// Two readers of one file, and one who is given what they read.
#include "src/capture/read_ahead.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_sigmask
#include <unistd.h>

#include <cerrno>

namespace whydrop {
namespace {

/// Signals end a watch or a reading where it is waited for them: in the first thread.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all{};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// As many bytes as there are, and can be read.
std::size_t read_whole(int fd, std::span<std::uint8_t> room, std::uint64_t from) {
  std::size_t size = 0;
  while (size < room.size()) {
    const auto got = ::pread(fd, room.data() + size, room.size() - size, static_cast<off_t>(from + size));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  return size;
}

}  // namespace

ReadAhead::ReadAhead(int fd, std::uint64_t start) : fd_(fd), start_(start) {
  for (Slot& slot : slots_) {
    slot.memory = std::make_unique_for_overwrite<std::uint8_t[]>(kHeadroom + kWindow);  // NOLINT: see Slot
  }
  const AllSignalsBlocked for_the_helper;
  helper_ = std::jthread([this](const std::stop_token& stopped) { work(stopped); });
}

ReadAhead::~ReadAhead() = default;

std::span<std::uint8_t> ReadAhead::next() {
  std::unique_lock lock(mutex_);
  const std::uint64_t window = given_;
  Slot& slot = slot_of(window);
  if (begun_ == window) read(lock);
  else is_read_.wait(lock, [&] { return slot.is_read; });
  ++given_;
  is_over_ = slot.size < kWindow;
  if (sleeps_ && begun_ - given_ <= kSlots / 2) is_room_.notify_one();
  return {slot.memory.get(), kHeadroom + slot.size};
}

/// Reads the first window that nobody has begun.
void ReadAhead::read(std::unique_lock<std::mutex>& lock) {
  const std::uint64_t window = begun_++;
  Slot& slot = slot_of(window);
  slot.is_read = false;
  lock.unlock();
  slot.size = read_whole(fd_, {slot.memory.get() + kHeadroom, kWindow}, start_ + window * kWindow);
  lock.lock();
  slot.is_read = true;
  ended_ = ended_ || slot.size < kWindow;
  is_read_.notify_one();
}

void ReadAhead::work(const std::stop_token& stopped) {
  std::unique_lock lock(mutex_);
  while (!stopped.stop_requested() && !ended_) {
    if (may_begin()) {
      read(lock);
      continue;
    }
    sleeps_ = true;
    is_room_.wait(lock, stopped, [&] { return ended_ || begun_ - given_ <= kSlots / 2; });
    sleeps_ = false;
  }
}

}  // namespace whydrop
