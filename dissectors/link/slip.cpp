// SLIP (RFC 1055) as LINKTYPE_SLIP has it: which way, 15 bytes of compression (RFC 1144), a bare packet.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_slip(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kRaw = 101;
  const auto header = in.take<16>();
  if (!header) return in.shortage();
  if (header.u8<0>() == 0) view.direction = FrameDirection::inbound;
  if (header.u8<0>() == 1) view.direction = FrameDirection::outbound;
  return Claim{Space::link_type, kRaw};
}

}  // namespace whydrop
