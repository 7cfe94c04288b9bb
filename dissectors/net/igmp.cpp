// IGMP (RFC 3376): who wants which multicast groups. Named, and nothing in it read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_igmp(ByteReader& in, PacketView& view) {
  view.facts().transport = Transport::other;

  if (!in.take<8>()) return in.shortage();
  return Step::done();
}

}  // namespace whydrop
