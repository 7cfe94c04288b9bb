// LINKTYPE_RAW: bare IPv4 or IPv6, told apart by the version nibble; 12 and 14 are DLT_RAW of some systems in files.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_raw_ip(ByteReader& in, PacketView& /*view*/) {
  const auto first = in.peek<1>();
  if (!first) return in.shortage();
  return Claim{Space::ip_version, static_cast<std::uint16_t>(first.u8<0>() >> 4U)};
}

}  // namespace whydrop
