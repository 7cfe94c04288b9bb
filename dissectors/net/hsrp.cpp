// HSRP (RFC 2281; version 2, also over IPv6): routers that agree on who answers for an address. They say it to a group:
// anything else on these ports is somebody else's.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_hsrp(ByteReader& in, PacketView& view) {
  if (!view.facts().ip.dst.is_multicast()) return Step::done();
  return in.take<8>() ? Step::done() : Step(in.shortage());
}

}  // namespace whydrop
