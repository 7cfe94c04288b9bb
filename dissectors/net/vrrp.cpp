// VRRP (version 2: RFC 3768, version 3: RFC 5798) and CARP, which took over its number and looks like version 2 with a
// length of seven where that counts addresses. Named, and nothing in either read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_vrrp(ByteReader& in, PacketView& view) {
  view.facts().transport = Transport::other;

  const auto header = in.take<8>();
  if (!header) return in.shortage();
  const unsigned version = header.u8<0>() >> 4U;
  return version == 2 || version == 3 ? Step::done() : Step(StopReason::bad_version);
}

}  // namespace whydrop
