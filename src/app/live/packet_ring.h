// The last packets of a watch, whoever sent them, in memory that was set aside before the first one came.
//
// What has failed is known only seconds after its packets came by. Until then they wait here, each with a number that
// stands for its conversation, so that finding a conversation's packets needs no second look at their headers.
#pragma once

#include <cstdint>
#include <span>

#include "src/core/large_memory.h"
#include "src/wire/frame.h"

namespace whydrop {

struct KeptPacket {
  Frame frame;                 ///< its bytes lie in the ring
  std::uint64_t flow = 0;      ///< hash of its conversation; 0: it belongs to none
  std::uint64_t datagram = 0;  ///< hash of the datagram that it is a fragment of; 0: of none
  std::uint64_t start = 0;     ///< where its bytes lie, as the ring counts
  bool written = false;
};

class PacketRing {
 public:
  /// A third of `memory` is for what is known of packets, the rest for their bytes.
  explicit PacketRing(std::uint64_t memory);

  /// Puts it behind all others; the oldest make room. One that is larger than the ring is not kept.
  void add(const KeptPacket& packet);

  /// The oldest first.
  template <typename Use>
  void each(const Use& use) {
    for (std::uint64_t at = oldest_; at != next_; ++at) use(packets_[at % packets_.size()]);
  }
  std::size_t size() const { return static_cast<std::size_t>(next_ - oldest_); }

 private:
  Region packet_memory_;
  Region byte_memory_;
  std::span<KeptPacket> packets_;
  std::span<std::uint8_t> bytes_;
  // Packets and bytes are counted on and on; modulo the sizes these are places.
  std::uint64_t oldest_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t next_byte_ = 0;
};

}  // namespace whydrop
