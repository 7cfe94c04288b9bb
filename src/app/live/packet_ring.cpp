// Packets in one circle, their bytes in another.
#include "src/app/live/packet_ring.h"

#include <algorithm>
#include <utility>

namespace whydrop {
namespace {

constexpr std::uint64_t kPacketShare = 3;

/// As much of `wanted` bytes as there is.
template <typename T>
std::span<T> provided(Region& region, std::uint64_t wanted) {
  const std::size_t size = std::min<std::size_t>(region.most(), wanted);
  region.provide(size);
  return {static_cast<T*>(region.start()), size / sizeof(T)};
}

}  // namespace

PacketRing::PacketRing(std::uint64_t memory)
    : packet_memory_(memory / kPacketShare),
      byte_memory_(memory - memory / kPacketShare),
      packets_(provided<KeptPacket>(packet_memory_, memory / kPacketShare)),
      bytes_(provided<std::uint8_t>(byte_memory_, memory - memory / kPacketShare)) {}

void PacketRing::add(const KeptPacket& packet) {
  const std::size_t length = packet.frame.bytes.size();
  if (length > bytes_.size() || packets_.empty()) return;
  // Bytes lie in one piece: where the end is too near, they go to the beginning.
  if (length > bytes_.size() - next_byte_ % bytes_.size()) next_byte_ += bytes_.size() - next_byte_ % bytes_.size();
  while (size() != 0 && (size() == packets_.size() ||
                         packets_[oldest_ % packets_.size()].start + bytes_.size() < next_byte_ + length)) {
    ++oldest_;
  }
  const auto place = bytes_.subspan(next_byte_ % bytes_.size(), length);
  std::ranges::copy(packet.frame.bytes, place.begin());
  KeptPacket& kept = packets_[next_++ % packets_.size()];
  kept = packet;
  kept.frame.bytes = place;
  kept.start = std::exchange(next_byte_, next_byte_ + length);
}

}  // namespace whydrop
