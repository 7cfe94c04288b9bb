// Provider backbone bridging (IEEE 802.1ah, 9.7): a customer's whole Ethernet frame behind a tag with the service's
// number (I-SID).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_pbb(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kEthernet = 1;
  const auto tag = in.take<4>();
  if (!tag) return in.shortage();
  return Step::tunnel(view, {Space::link_type, kEthernet}, tag.be24<1>());
}

}  // namespace whydrop
