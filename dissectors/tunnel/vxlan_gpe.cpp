// VXLAN with a next protocol (draft-ietf-nvo3-vxlan-gpe).
#include "dissectors/registry.h"
#include "dissectors/tunnel/next_protocol.h"

namespace whydrop {

Step dissect_vxlan_gpe(ByteReader& in, PacketView& view) {
  constexpr unsigned kVersionMask = 0x30;
  constexpr unsigned kHasVni = 0x08;
  constexpr unsigned kHasNextProtocol = 0x04;
  constexpr unsigned kIsMaintenance = 0x01;
  const auto header = in.peek<8>();
  if (!header) return in.shortage();
  const unsigned flags = header.u8<0>();
  if ((flags & (kVersionMask | kHasVni | kHasNextProtocol)) != (kHasVni | kHasNextProtocol)) return Step::declined();
  if ((flags & kIsMaintenance) != 0) return Step::done();
  in.skip(8);
  return Step::tunnel(view, next_protocol(header.u8<3>()), header.be24<4>());
}

}  // namespace whydrop
