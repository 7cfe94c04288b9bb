// BSD loopback: four bytes with an address family, in the capturing host's byte order (LINKTYPE_NULL) or in network
// order (LINKTYPE_LOOP), and in that system's own numbering for IPv6.
#include <algorithm>

#include "dissectors/registry.h"

namespace whydrop {

Step dissect_null_loop(ByteReader& in, PacketView& /*view*/) {
  const auto header = in.take<4>();
  if (!header) return in.shortage();
  // Families are small numbers: the order in which the value is smaller is the one that was meant.
  switch (std::min(header.be32<0>(), header.le32<0>())) {
    case 2: return Claim{Space::ip_version, 4};
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // Darwin
      return Claim{Space::ip_version, 6};
    default: return StopReason::unknown_next;
  }
}

}  // namespace whydrop
