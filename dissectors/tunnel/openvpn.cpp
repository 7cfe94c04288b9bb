// OpenVPN (https://openvpn.net/community-resources/openvpn-protocol/), over UDP, and over TCP behind a length.
#include "dissectors/registry.h"
#include "dissectors/tunnel/recognized.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

enum Opcode : std::uint8_t {
  kClientResetV1 = 1,
  kServerResetV1 = 2,
  kClientResetV2 = 7,
  kServerResetV2 = 8,
  kClientResetV3 = 10,
  kLastOpcode = 11,
};

Role role_of(unsigned opcode) {
  switch (opcode) {
    case kClientResetV1:
    case kClientResetV2:
    case kClientResetV3: return Role::request;
    case kServerResetV1:
    case kServerResetV2: return Role::reply;
    default: return Role::other;
  }
}

/// A reset begins with key 0 by definition.
bool is_message(unsigned first, std::size_t length) {
  constexpr std::size_t kMinLen = 14;  // opcode, session, no acknowledgments, message number
  const unsigned opcode = first >> 3U;
  const unsigned key = first & 7U;
  if (opcode == 0 || opcode > kLastOpcode || length < kMinLen) return false;
  return key == 0 || role_of(opcode) == Role::other;
}

}  // namespace

Step dissect_openvpn(ByteReader& in, PacketView& view) {
  const bool over_tcp = view.facts().transport == Transport::tcp;
  const auto start = in.peek<3>();
  if (!start) return in.shortage() == StopReason::cut ? Step(StopReason::cut) : Step::declined();
  const std::size_t length = over_tcp ? start.be16<0>() : in.claimed();
  const unsigned first = over_tcp ? start.u8<2>() : start.u8<0>();
  if (!is_message(first, length)) return Step::declined();
  return recognized(view, role_of(first >> 3U));
}

}  // namespace whydrop
