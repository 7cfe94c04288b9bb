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

enum Protocol : std::uint16_t {
  kErspan2 = 0x88be,
  kErspan3 = 0x22eb,
  kServicePath = 0x894f,
  kEoip = 0x6400,
};
constexpr Claim kEthernet{Space::link_type, 1};

/// What stands behind the header. Some protocols have a header of their own before the packet, which opens the tunnel.
Step payload(PacketView& view, std::uint16_t protocol, bool has_sequence, std::uint32_t key) {
  const Claim claim{Space::ether_type, protocol};
  switch (protocol) {
    case kErspan2:  // type I is a bare frame, without a sequence number
      return has_sequence ? Step(claim) : Step::tunnel(view, kEthernet);
    case kErspan3:
    case kServicePath: return claim;
    default: return Step::tunnel(view, claim, key);
  }
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
  const bool has_sequence = (flags & kHasSequence) != 0;
  if (has_sequence && !in.skip(4)) return in.shortage();
  return payload(view, protocol, has_sequence, id);
}

/// The key is the payload's length and the call (EoIP: the tunnel, in little-endian order); an acknowledgment alone has
/// no payload.
Step enhanced(ByteReader& in, PacketView& view, unsigned flags, std::uint16_t protocol) {
  if ((flags & kHasKey) == 0 || (flags & (kHasChecksum | kHasRouting)) != 0) return StopReason::bad_value;
  const auto key = in.take<4>();
  if (!key) return in.shortage();
  if ((flags & kHasSequence) != 0 && !in.skip(4)) return in.shortage();
  if ((flags & kHasAcknowledgment) != 0 && !in.skip(4)) return in.shortage();
  if (!in.limit(key.be16<0>())) return in.shortage();
  if (in.claimed() == 0) return Step::done();
  if (protocol == kEoip) return Step::tunnel(view, kEthernet, key.le16<2>());
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
