// EIGRP (RFC 7868). Named, and nothing in it read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_eigrp(ByteReader& in, PacketView& view) {
  view.facts().transport = Transport::other;

  const auto version = in.take<1>();
  if (!version) return in.shortage();
  return version.u8<0>() == 2 ? Step::done() : Step(StopReason::bad_version);
}

}  // namespace whydrop
