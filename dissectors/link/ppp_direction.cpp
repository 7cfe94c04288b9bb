// PPP as its endpoint saw it: which way, then PPP. LINKTYPE_PPP_WITH_DIR puts a byte before the frame,
// LINKTYPE_PPP_PPPD puts it in place of the frame's address (https://www.tcpdump.org/linktypes.html).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ppp_direction(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kPpp = 0x880b;
  constexpr std::uint8_t kControl = 0x03;
  const auto sent = in.take<1>();
  if (!sent) return in.shortage();
  view.direction = sent.u8<0>() != 0 ? FrameDirection::outbound : FrameDirection::inbound;
  const auto next = in.peek<1>();
  if (!next) return in.shortage();
  if (next.u8<0>() == kControl) in.skip(1);
  return Claim{Space::ether_type, kPpp};
}

}  // namespace whydrop
