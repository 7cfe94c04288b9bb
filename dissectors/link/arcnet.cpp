// ARCNET as Linux captures it (https://www.tcpdump.org/linktypes/LINKTYPE_ARCNET_LINUX.html), with IP and ARP by
// RFC 1051 and, behind a split flag and a sequence number, by RFC 1201.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_arcnet(ByteReader& in, PacketView& /*view*/) {
  constexpr std::uint16_t kIpv4 = 0x0800;
  constexpr std::uint16_t kArp = 0x0806;
  constexpr std::uint16_t kIpv6 = 0x86dd;
  const auto header = in.take<5>();
  if (!header) return in.shortage();
  const std::uint8_t protocol = header.u8<4>();
  if (protocol != 240 && protocol != 241) {  // RFC 1201
    const auto fragment = in.take<3>();
    if (!fragment) return in.shortage();
    if (fragment.u8<0>() != 0) return Step::done();  // a part of a packet
  }
  switch (protocol) {
    case 212:
    case 240: return Claim{Space::ether_type, kIpv4};
    case 213:
    case 241: return Claim{Space::ether_type, kArp};
    case 196: return Claim{Space::ether_type, kIpv6};
    default: return Step::done();
  }
}

}  // namespace whydrop
