// Ethernet II and IEEE 802.3 frames (RFC 894, RFC 1042).
#include "dissectors/link/ether_type.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ethernet(ByteReader& in, PacketView& view) {
  const auto header = in.take<14>();
  if (!header) return in.shortage();
  view.has_macs = true;
  view.dst_mac = MacAddress::of(header.bytes<0, 6>());
  view.src_mac = MacAddress::of(header.bytes<6, 6>());
  return ethernet_payload(in, header.be16<12>());
}

}  // namespace whydrop
