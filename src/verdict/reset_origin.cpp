// Compares a RST with the other packets of the host that it claims to come from.
//
// Hosts differ in what their own RSTs look like (Linux sends ID 0 for a socket that is gone), so that no single sign
// but the distance travelled decides; a sequence number and an IP ID that both do not fit, do.
#include "src/verdict/reset_origin.h"

#include <fmt/format.h>

#include <cstdlib>

namespace whydrop {
namespace {

constexpr unsigned kNearIds = 2048;  // a host may have sent so many packets to others in between

/// Routers crossed, for a sender that starts at the next common initial value.
int hops(int ttl) {
  const int initial = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
  return initial - ttl;
}

bool id_fits(const ResetFacts& reset) {
  if (reset.previous_id == 0 || reset.ip_id == 0) return true;  // says nothing
  return static_cast<std::uint16_t>(reset.ip_id - reset.previous_id) <= kNearIds;
}

}  // namespace

ResetOrigin reset_origin(const Subject& flow) {
  const ResetFacts& reset = flow.detail->reset;
  const FlowSide& side = flow.record.side(reset.sender);
  ResetOrigin origin;
  if (side.packets < 2) return origin;  // nothing to compare with
  if (side.ttl != 0 && hops(side.ttl) != hops(reset.ttl)) {
    origin.injected = true;
    origin.reasons.push_back(
        fmt::format("the RST has TTL {}, the host's own packets began with TTL {}", reset.ttl, side.ttl));
  } else if (reset.ttl == side.ttl) {
    origin.reasons.push_back(fmt::format("the RST has the TTL of the host's own packets, {}", reset.ttl));
  }
  const bool id_wrong = !id_fits(reset);
  if (id_wrong) {
    origin.reasons.push_back(
        fmt::format("its IP ID {} does not follow the host's last, {}", reset.ip_id, reset.previous_id));
  }
  if (reset.ahead != 0) {
    origin.reasons.push_back(
        fmt::format("its sequence number is {} bytes from where the host stood", std::abs(reset.ahead)));
  }
  origin.injected = origin.injected || (id_wrong && reset.ahead != 0);
  return origin;
}

}  // namespace whydrop
