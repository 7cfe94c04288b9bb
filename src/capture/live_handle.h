// One interface that is being captured from. The one place that captures with libpcap.
//
// libpcap lends packets for the length of a callback, out of a ring that the kernel writes to; what is to outlive it is
// copied into a piece of memory of fixed size.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/capture/live.h"
#include "src/core/error.h"
#include "src/wire/frame.h"

struct pcap;

namespace whydrop {

class LiveHandle {
 public:
  static std::expected<LiveHandle, Error> open(const std::string& device, const LiveOptions& options);
  LiveHandle(LiveHandle&& other) noexcept;
  LiveHandle& operator=(LiveHandle&& other) noexcept;
  ~LiveHandle();

  const std::string& device() const { return device_; }
  LinkType link_type() const { return link_type_; }
  /// Readable when packets wait.
  int fd() const { return fd_; }
  /// False once it was closed: its device is gone.
  bool is_open() const { return capture_ != nullptr; }
  void close();

  /// Packets in hand, the oldest first, without a number yet.
  std::span<const Frame> held() const { return std::span(frames_).subspan(given_); }
  void give(std::size_t count) { given_ += count; }
  /// Takes what waits in the kernel; frames in hand, and those that were given before, are gone. An error where the
  /// device does not deliver any more: it is down, or gone.
  std::expected<void, Error> refill();

  /// Packets that came and found no room, so far.
  std::uint64_t dropped();

 private:
  struct Close {
    void operator()(pcap* capture) const;
  };
  using Capture = std::unique_ptr<pcap, Close>;

  LiveHandle(std::string device, Capture capture, std::uint32_t snap_len);
  static std::expected<Capture, Error> activated(const std::string& device, const LiveOptions& options);
  static std::expected<void, Error> set_filter(pcap& capture, const std::string& filter);
  void keep(std::int64_t seconds, std::int64_t nanoseconds, std::uint32_t wire_len,
            std::span<const std::uint8_t> bytes);

  static constexpr std::size_t kFrames = 512;
  static constexpr std::size_t kCopied = std::size_t{1} << 20U;

  std::string device_;
  Capture capture_;
  LinkType link_type_{};
  int fd_ = -1;
  std::uint32_t snap_len_;
  std::vector<Frame> frames_;
  std::size_t given_ = 0;
  std::vector<std::uint8_t> copies_;
  std::size_t copied_ = 0;
  std::uint32_t last_dropped_ = 0;  ///< as the kernel counts, in 32 bits
  std::uint64_t dropped_ = 0;
};

}  // namespace whydrop
