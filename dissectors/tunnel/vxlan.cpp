// VXLAN (RFC 7348): Ethernet over UDP, with a network identifier (VNI).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_vxlan(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kHasVni = 0x08;
  constexpr std::uint16_t kEthernet = 1;
  const auto header = in.peek<8>();
  if (!header) return in.shortage();
  if ((header.u8<0>() & kHasVni) == 0) return Step::declined();
  in.skip(8);
  return Step::tunnel(view, {Space::link_type, kEthernet}, header.be24<4>());
}

}  // namespace whydrop
