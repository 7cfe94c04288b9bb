// FDDI (ANSI X3.139): of its frames, those with logical link control carry packets (RFC 1390).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_fddi(ByteReader& in, PacketView& view) {
  constexpr unsigned kLlcFrame = 0x50;
  const auto header = in.take<13>();
  if (!header) return in.shortage();
  if ((header.u8<0>() & 0xf0U) != kLlcFrame) return Step::done();
  view.has_macs = true;
  view.dst_mac = MacAddress::of(header.bytes<1, 6>());
  view.src_mac = MacAddress::of(header.bytes<7, 6>());
  return Claim{Space::ether_type, 0x0004};
}

}  // namespace whydrop
