// GRE (RFC 2784, RFC 2890; source routes of RFC 1701 are not followed) and its enhanced version 1, which carries PPP
// for PPTP (RFC 2637).
#include "dissectors/registry.h"

namespace whydrop {
namespace {

enum Flag : std::uint16_t {
  kHasChecksum = 0x8000,
  kHasRouting = 0x4000,
  kHasKey = 0x2000,
  kHasSequence = 0x1000,
  kHasAcknowledgment = 0x0080,
};
constexpr unsigned kVersionMask = 7;

/// ERSPAN type I is a mirrored frame right behind a GRE header without sequence number; type II has both that and a
/// header of its own.
bool is_erspan_one(unsigned flags, unsigned protocol) {
  constexpr unsigned kErspan = 0x88be;
  return protocol == kErspan && (flags & kHasSequence) == 0;
}

Step standard(ByteReader& in, PacketView& view, unsigned flags, std::uint16_t protocol) {
  std::uint32_t id = 0;
  if ((flags & kHasRouting) != 0) return Step::done();
  if ((flags & kHasChecksum) != 0 && !in.skip(4)) return in.shortage();
  if ((flags & kHasKey) != 0) {
    const auto key = in.take<4>();
    if (!key) return in.shortage();
    id = key.be32<0>();
  }
  if ((flags & kHasSequence) != 0 && !in.skip(4)) return in.shortage();
  if (is_erspan_one(flags, protocol)) return Step::tunnel(view, {Space::link_type, 1});
  return Step::tunnel(view, {Space::ether_type, protocol}, id);
}

/// The key is the payload's length and the call; an acknowledgment alone has no payload.
Step enhanced(ByteReader& in, PacketView& view, unsigned flags, std::uint16_t protocol) {
  if ((flags & kHasKey) == 0 || (flags & (kHasChecksum | kHasRouting)) != 0) return StopReason::bad_value;
  const auto key = in.take<4>();
  if (!key) return in.shortage();
  if ((flags & kHasSequence) != 0 && !in.skip(4)) return in.shortage();
  if ((flags & kHasAcknowledgment) != 0 && !in.skip(4)) return in.shortage();
  if (!in.limit(key.be16<0>())) return in.shortage();
  if (in.claimed() == 0) return Step::done();
  return Step::tunnel(view, {Space::ether_type, protocol}, key.be16<2>());
}

}  // namespace

Step dissect_gre(ByteReader& in, PacketView& view) {
  view.facts().transport = Transport::other;
  const auto header = in.take<4>();
  if (!header) return in.shortage();
  const unsigned flags = header.be16<0>();
  switch (flags & kVersionMask) {
    case 0: return standard(in, view, flags, header.be16<2>());
    case 1: return enhanced(in, view, flags, header.be16<2>());
    default: return StopReason::bad_version;
  }
}

}  // namespace whydrop
