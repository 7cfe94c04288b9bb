// Solaris IP observability (https://www.tcpdump.org/linktypes/LINKTYPE_IPNET.html): zones and interface, then IP.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ipnet(ByteReader& in, PacketView& /*view*/) {
  const auto header = in.take<24>();
  if (!header) return in.shortage();
  switch (header.u8<1>()) {
    case 2: return Claim{Space::ip_version, 4};
    case 26: return Claim{Space::ip_version, 6};
    default: return StopReason::unknown_next;
  }
}

}  // namespace whydrop
