// Numbering tunnels.
#include "src/flow/encapsulations.h"

namespace whydrop {

std::uint16_t Encapsulations::number(const TunnelFacts& tunnel) {
  if (tunnel.depth == 0) return 0;
  FlowKey key;
  make_key({tunnel.src, 0}, {tunnel.dst, 0}, Transport::none, key);
  const std::uint64_t key_hash = hash(key);
  std::uint32_t at = index_.find(
      key_hash, [&](std::uint32_t known) { return pairs_[known].low == key.low && pairs_[known].high == key.high; });
  if (at == FlowIndex::kNone && pairs_.size() == kMost) at = kMost - 1;
  if (at == FlowIndex::kNone) {
    at = static_cast<std::uint32_t>(pairs_.size());
    pairs_.push_back({.low = key.low, .high = key.high, .dissector = tunnel.dissector});
    index_.insert(key_hash, at);
  }
  ++pairs_[at].packets;
  return static_cast<std::uint16_t>(at + 1);
}

}  // namespace whydrop
