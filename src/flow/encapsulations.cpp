// Numbering tunnels.
#include "src/flow/encapsulations.h"

namespace whydrop {

std::uint16_t Encapsulations::number(const TunnelFacts& tunnel) {
  if (tunnel.depth == 0) return 0;
  const std::size_t at = place_of(tunnel.src, tunnel.dst, tunnel.dissector);
  ++pairs_[at].packets;
  return static_cast<std::uint16_t>(at + 1);
}

std::uint16_t Encapsulations::restore(const Encapsulation& carriers) {
  const std::size_t at = place_of(carriers.low, carriers.high, carriers.dissector);
  pairs_[at].packets += carriers.packets;
  return static_cast<std::uint16_t>(at + 1);
}

std::size_t Encapsulations::place_of(const IpAddress& a, const IpAddress& b, std::uint8_t dissector) {
  FlowKey key;
  make_key({a, 0}, {b, 0}, Transport::none, key);
  const std::uint64_t key_hash = hash(key);
  const std::uint32_t known =
      index_.find(key_hash, [&](std::uint32_t at) { return pairs_[at].low == key.low && pairs_[at].high == key.high; });
  if (known != FlowIndex::kNone) return known;
  if (pairs_.size() == kMost) return kMost - 1;
  pairs_.push_back({.low = key.low, .high = key.high, .dissector = dissector});
  index_.insert(key_hash, static_cast<std::uint32_t>(pairs_.size() - 1));
  return pairs_.size() - 1;
}

}  // namespace whydrop
