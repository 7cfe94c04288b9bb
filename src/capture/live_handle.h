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

  /// Packets in hand, the oldest first, without a number yet; not all of them, where some were set aside.
  std::span<const Frame> held() const {
    return giving_ == pieces_.size() ? std::span<const Frame>() : pieces_[giving_].held();
  }
  void give(std::size_t count);
  /// Takes what waits in the kernel where nothing is in hand, or where giving what is takes so long that the ring
  /// behind it fills; frames that were given before are gone. An error where the device does not deliver any more: it
  /// is down, or gone.
  std::expected<void, Error> refill();
  /// Takes all that waits in the kernel, behind what is in hand, as far as there is room: for who is busy with
  /// something else for a while. Frames stay where they are.
  void set_aside();

  /// Packets that came and found no room, so far.
  std::uint64_t dropped();

 private:
  struct Close {
    void operator()(pcap* capture) const;
  };
  using Capture = std::unique_ptr<pcap, Close>;

  /// Some packets, and the memory that they are copied to.
  struct Piece {
    std::vector<Frame> frames;
    std::unique_ptr<std::uint8_t[]> copies;  // NOLINT(modernize-avoid-c-arrays): not to be cleared first
    std::size_t copied = 0;
    std::size_t given = 0;

    std::span<const Frame> held() const { return std::span(frames).subspan(given); }
    /// Bytes of it that are in use.
    std::size_t used() const { return copied + frames.capacity() * sizeof(Frame); }
  };

  LiveHandle(std::string device, Capture capture, const LiveOptions& options);
  static std::expected<Capture, Error> activated(const std::string& device, const LiveOptions& options);
  static std::expected<void, Error> set_filter(pcap& capture, const std::string& filter);
  void keep(std::int64_t seconds, std::int64_t nanoseconds, std::uint32_t wire_len,
            std::span<const std::uint8_t> bytes);
  /// pcap_dispatch into one more piece.
  int take(int most);
  void forget_given();
  std::size_t room_of_piece() const { return kCopied + snap_len_; }

  static constexpr int kFrames = 512;
  static constexpr int kFramesAside = 8192;
  static constexpr std::size_t kCopied = std::size_t{1} << 20U;

  std::string device_;
  Capture capture_;
  LinkType link_type_{};
  int fd_ = -1;
  std::uint32_t snap_len_;
  std::size_t most_aside_;     ///< bytes
  std::vector<Piece> pieces_;  ///< that hold something, or whose frames were given just now
  std::size_t giving_ = 0;     ///< the first of them that is not given whole
  std::size_t given_ = 0;      ///< frames since the kernel was asked last
  std::vector<Piece> spare_;
  std::uint32_t last_dropped_ = 0;  ///< as the kernel counts, in 32 bits
  std::uint64_t dropped_ = 0;
};

}  // namespace whydrop
