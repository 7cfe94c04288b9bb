// Packets as they come: one or several interfaces, merged by time, with what the kernel could not deliver.
//
// Not a Source: that one ends, and waits for ever before. Here silence is news too, and somebody has to look at it.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/capture/source.h"

namespace whydrop {

struct LiveOptions {
  std::vector<std::string> interfaces{};  ///< names or numbers (capture_devices); none: all, by "any"
  std::string filter{};                   ///< pcap-filter(7); empty: everything
  bool lean = false;                      ///< of that only what lean_filter lets through
  std::uint32_t snap_len = 262'144;
  std::uint64_t buffer = std::uint64_t{16} << 20U;  ///< bytes in the kernel, for each interface
  std::uint64_t aside = std::uint64_t{64} << 20U;  ///< bytes at most for packets that are set aside, for each interface
  bool immediate = false;                          ///< every packet wakes us, instead of blocks of them
  bool promiscuous = false;
};

/// What became of an interface, told once.
struct LiveNotice {
  enum class Kind : std::uint8_t { down, up, gone, moved, lost };  ///< moved: to another network namespace
  Kind kind{};
  std::string interface{};
  std::uint64_t packets = 0;  ///< lost since the last notice of its kind
};

/// How an interface does, since the capture began.
struct LiveHealth {
  std::string interface{};
  bool up = false;
  bool gone = false;
  std::uint64_t dropped = 0;        ///< by the kernel, because we were too slow
  std::uint64_t missed = 0;         ///< by the card or its driver, before any capture
  std::uint64_t receive_drops = 0;  ///< by the host, at the interface
  std::uint64_t send_drops = 0;
};

class LiveCapture {
 public:
  static std::expected<LiveCapture, Error> open(const LiveOptions& options);
  LiveCapture(LiveCapture&&) noexcept;
  LiveCapture& operator=(LiveCapture&&) noexcept;
  ~LiveCapture();

  /// Fills `batch` from its front and says how many; 0 where none came within `at_most`, or before a signal, or before
  /// there was something to read from the file descriptor `other`. Frames stay valid until the next call.
  std::size_t read(std::span<Frame> batch, std::chrono::milliseconds at_most, int other = kNoOther);
  static constexpr int kNoOther = -1;
  /// Makes room in the kernel while packets cannot be given yet; frames that were given stay valid.
  void set_aside();
  /// Whatever was captured before was given; before the first silence, the beginning of time.
  Time complete_until() const;
  /// No interface is left.
  bool ended() const;

  /// Reads the counters of the kernel and of the interfaces. What is new since the last time.
  std::vector<LiveNotice> look();
  std::vector<LiveHealth> health() const;
  /// Its `dropped` counts are as of the last look.
  const CaptureFile& file() const;

 private:
  class State;
  explicit LiveCapture(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace whydrop
