// OSPF (RFC 2328; version 3 for IPv6: RFC 5340). Named, and nothing in it read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ospf(ByteReader& in, PacketView& view) {
  view.facts().transport = Transport::other;

  const auto header = in.take<4>();
  if (!header) return in.shortage();
  switch (header.u8<0>()) {
    case 2: return header.be16<2>() < 24 ? Step(StopReason::bad_length) : Step::done();
    case 3: return header.be16<2>() < 16 ? Step(StopReason::bad_length) : Step::done();
    default: return StopReason::bad_version;
  }
}

}  // namespace whydrop
