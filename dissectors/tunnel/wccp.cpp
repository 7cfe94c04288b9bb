// What WCCP redirects to a cache, over GRE (draft-wilson-wrec-wccp-v2): version 2 puts four bytes before the IPv4
// packet, version 1 nothing.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_wccp(ByteReader& in, PacketView& /*view*/) {
  constexpr unsigned kIpv4 = 4;
  const auto first = in.peek<1>();
  if (!first) return in.shortage();
  if (first.u8<0>() >> 4U != kIpv4 && !in.skip(4)) return in.shortage();
  return Claim{Space::ip_version, kIpv4};
}

}  // namespace whydrop
