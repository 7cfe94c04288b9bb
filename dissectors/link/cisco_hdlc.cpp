// Cisco's HDLC framing of serial lines: an address, a control byte that says nothing, an EtherType (and some numbers of
// its own: https://www.tcpdump.org/linktypes/LINKTYPE_C_HDLC.html, RFC 1547, 4.3.1).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_cisco_hdlc(ByteReader& in, PacketView& /*view*/) {
  constexpr std::uint16_t kSlarp = 0x8035;  // keepalives; RARP's number on other links
  constexpr std::uint16_t kDiscovery = 0x2000;
  constexpr std::uint16_t kOsi = 0xfefe;
  const auto header = in.take<4>();
  if (!header) return in.shortage();
  switch (const std::uint16_t type = header.be16<2>()) {
    case kSlarp:
    case kDiscovery:
    case kOsi: return Step::done();
    default: return Claim{Space::ether_type, type};
  }
}

}  // namespace whydrop
