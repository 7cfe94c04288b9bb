// The windows of a large file, read by a second thread while the one before is worked on.
//
// Half of what reading a capture costs is the copy out of the page cache. Windows are read in whatever order, and given
// in theirs: whoever needs one that nobody has begun reads it himself. So both threads copy where copying is all there
// is to do, and where there is more the second one copies all of it; neither waits for more than the rest of a window.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

namespace whydrop {

class ReadAhead {
 public:
  static constexpr std::size_t kWindow = std::size_t{256} * 1024;
  /// Room in front of each window: for what is left of the one before.
  static constexpr std::size_t kHeadroom = kWindow;

  /// Of an open file, from this byte on; the file must stay open.
  ReadAhead(int fd, std::uint64_t start);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead();

  /// The next window: kHeadroom bytes, then those that were read. It stays valid until the second call after this one.
  std::span<std::uint8_t> next();
  /// The last one was given: behind it was nothing, or it could not be read, when it was tried.
  bool is_over() const { return is_over_; }

 private:
  struct Slot {
    std::unique_ptr<std::uint8_t[]> memory;  // NOLINT(modernize-avoid-c-arrays): not to be cleared first
    std::size_t size = 0;
    bool is_read = false;
  };

  /// With half as many, the two threads wait for each other more often.
  static constexpr std::uint64_t kSlots = 16;

  Slot& slot_of(std::uint64_t window) { return slots_[window % kSlots]; }
  bool may_begin() const { return !ended_ && begun_ + 2 < given_ + kSlots; }
  void work(const std::stop_token& stopped);
  void read(std::unique_lock<std::mutex>& lock);

  int fd_;
  std::uint64_t start_;
  std::mutex mutex_;  // of all that follows; not held while a window is read
  std::condition_variable_any is_room_;
  std::condition_variable is_read_;
  std::array<Slot, kSlots> slots_;
  std::uint64_t begun_ = 0;  ///< windows that were read, or are being read
  std::uint64_t given_ = 0;  ///< windows that were asked for
  bool ended_ = false;       ///< no further one need be begun
  bool is_over_ = false;
  bool sleeps_ = false;  ///< the second thread, until half of the slots are free
  std::jthread helper_;
};

}  // namespace whydrop
