// IP over InfiniBand as captured on its interface: the 40 bytes of a global route header, then IPoIB's own four
// (RFC 4391, section 6; https://www.tcpdump.org/linktypes.html).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ipoib(ByteReader& in, PacketView& /*view*/) {
  const auto header = in.take<44>();
  if (!header) return in.shortage();
  return Claim{Space::ether_type, header.be16<40>()};
}

}  // namespace whydrop
