// L2TP over UDP: version 2 (RFC 2661), which carries PPP, and version 3 (RFC 3931). Control messages carry no packet.
#include "dissectors/registry.h"
#include "dissectors/tunnel/l2tp_session.h"
#include "dissectors/tunnel/look_ahead.h"

namespace whydrop {
namespace {

enum Flag : std::uint16_t {
  kIsControl = 0x8000,
  kHasLength = 0x4000,
  kHasSequence = 0x0800,
  kHasOffset = 0x0200,
  kReserved = 0x34f0,
};
constexpr unsigned kVersionMask = 0xf;

/// What stands before the tunnel and session numbers.
bool take_length(ByteReader& in, unsigned flags) {
  if ((flags & kHasLength) == 0) return true;
  const auto length = in.take<2>();
  return length && length.be16<0>() >= 4 && in.limit(length.be16<0>() - std::size_t{4});
}

bool skip_options(ByteReader& in, unsigned flags) {
  if ((flags & kHasSequence) != 0 && !in.skip(4)) return false;
  if ((flags & kHasOffset) == 0) return true;
  const auto offset = in.take<2>();
  return offset && in.skip(offset.be16<0>());
}

Step version_2(ByteReader& in, PacketView& view, unsigned flags) {
  constexpr std::uint16_t kPpp = 0x880b;
  ByteReader ahead = in;
  ahead.skip(2);
  if (!take_length(ahead, flags)) return cut_or_declined(in, ahead);
  const auto session = ahead.take<4>();
  if (!session || !skip_options(ahead, flags)) return cut_or_declined(in, ahead);
  in = ahead;
  if (in.claimed() == 0) return Step::done();
  return Step::tunnel(view, {Space::ether_type, kPpp}, session.be32<0>());
}

Step version_3(ByteReader& in, PacketView& view) {
  constexpr std::size_t kBeforeSession = 4;
  ByteReader ahead = in;
  ahead.skip(kBeforeSession);
  const auto session = ahead.take<4>();
  if (!session) return cut_or_declined(in, ahead);
  in = ahead;
  return l2tp_session(in, view, session.be32<0>());
}

}  // namespace

Step dissect_l2tp(ByteReader& in, PacketView& view) {
  constexpr unsigned kControl = kIsControl | kHasLength | kHasSequence;
  const auto start = in.peek<2>();
  if (!start) return in.shortage() == StopReason::cut ? Step(StopReason::cut) : Step::declined();
  const unsigned flags = start.be16<0>();
  const unsigned version = flags & kVersionMask;
  if ((flags & kReserved) != 0 || (version != 2 && version != 3)) return Step::declined();
  if ((flags & kIsControl) != 0) return (flags & kControl) == kControl ? Step::done() : Step::declined();
  return version == 2 ? version_2(in, view, flags) : version_3(in, view);
}

}  // namespace whydrop
