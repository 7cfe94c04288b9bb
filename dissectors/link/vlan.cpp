// VLAN tags: IEEE 802.1Q, 802.1ad (provider bridges) and the older 0x9100 for the outer tag.
#include "dissectors/link/ether_type.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_vlan(ByteReader& in, PacketView& view) {
  const auto tag = in.take<4>();
  if (!tag) return in.shortage();
  view.vlan = tag.be16<0>() & 0x0fffU;
  ++view.vlan_count;
  return ethernet_payload(in, tag.be16<2>());
}

}  // namespace whydrop
