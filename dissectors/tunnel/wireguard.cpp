// WireGuard (https://www.wireguard.com/protocol/): who opens a session, and who answers.
#include "dissectors/registry.h"
#include "dissectors/tunnel/recognized.h"

namespace whydrop {

Step dissect_wireguard(ByteReader& in, PacketView& view) {
  using Role = ApplicationFacts::Role;
  enum Type : std::uint8_t { kInitiation = 1, kResponse = 2, kCookie = 3, kData = 4 };
  const std::size_t length = in.claimed();
  const auto header = in.peek<4>();
  if (!header) return in.shortage() == StopReason::cut ? Step(StopReason::cut) : Step::declined();
  if (header.be24<1>() != 0) return Step::declined();
  switch (header.u8<0>()) {
    case kInitiation: return length == 148 ? recognized(view, Role::request) : Step::declined();
    case kResponse: return length == 92 ? recognized(view, Role::reply) : Step::declined();
    case kCookie: return length == 64 ? recognized(view, Role::reply) : Step::declined();
    case kData: return length >= 32 ? recognized(view, Role::other) : Step::declined();
    default: return Step::declined();
  }
}

}  // namespace whydrop
