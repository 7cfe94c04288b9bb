// PPP (RFC 1661), bare or in HDLC-like framing (RFC 1662), with either field compressed or not.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

enum Protocol : std::uint16_t {
  kIpv4 = 0x0021,
  kIpv6 = 0x0057,
  kMplsUnicast = 0x0281,
  kMplsMulticast = 0x0283,
  kFirstControl = 0x4000,  // and so are the protocols above: LCP, IPCP, CHAP …
};
constexpr std::uint16_t kAddressAndControl = 0xff03;

/// A serial line that speaks Cisco's framing is captured under the same link type as one that speaks PPP's.
bool is_cisco_address(unsigned address) { return address == 0x0f || address == 0x8f; }

Step payload(unsigned protocol) {
  switch (protocol) {
    case kIpv4: return Claim{Space::ip_version, 4};
    case kIpv6: return Claim{Space::ip_version, 6};
    case kMplsUnicast: return Claim{Space::ether_type, 0x8847};
    case kMplsMulticast: return Claim{Space::ether_type, 0x8848};
    default: return protocol >= kFirstControl ? Step::done() : Step(StopReason::unknown_next);
  }
}

}  // namespace

Step dissect_ppp(ByteReader& in, PacketView& /*view*/) {
  constexpr std::uint16_t kCiscoHdlc = 104;
  constexpr unsigned kLastByteOfProtocol = 1;
  const auto start = in.peek<1>();
  if (!start) return in.shortage();
  if (is_cisco_address(start.u8<0>())) return Claim{Space::link_type, kCiscoHdlc};
  if (start.u8<0>() == kAddressAndControl >> 8U) {
    const auto framing = in.take<2>();
    if (!framing) return in.shortage();
    if (framing.be16<0>() != kAddressAndControl) return StopReason::bad_value;
  }
  const auto first = in.peek<1>();
  if (!first) return in.shortage();
  if ((first.u8<0>() & kLastByteOfProtocol) != 0) {
    in.skip(1);
    return payload(first.u8<0>());
  }
  const auto protocol = in.take<2>();
  if (!protocol) return in.shortage();
  return payload(protocol.be16<0>());
}

}  // namespace whydrop
