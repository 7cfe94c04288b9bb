// Token Ring (IEEE 802.5), with the route through bridges that a source may put behind its address (RFC 1042).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_token_ring(ByteReader& in, PacketView& view) {
  constexpr unsigned kFrameType = 0xc0;
  constexpr unsigned kLlcFrame = 0x40;
  constexpr unsigned kHasRoute = 0x80;
  const auto header = in.take<14>();
  if (!header) return in.shortage();
  if ((header.u8<1>() & kFrameType) != kLlcFrame) return Step::done();
  view.has_macs = true;
  view.dst_mac = MacAddress::of(header.bytes<2, 6>());
  view.src_mac = MacAddress::of(header.bytes<8, 6>());
  if ((header.u8<8>() & kHasRoute) != 0) {
    const auto route = in.peek<2>();
    if (!route) return in.shortage();
    const std::size_t length = route.u8<0>() & 0x1fU;
    if (length < 2) return StopReason::bad_length;
    if (!in.skip(length)) return in.shortage();
  }
  return Claim{Space::ether_type, 0x0004};
}

}  // namespace whydrop
