// PIM, version 2 (RFC 7761). Named, and nothing in it read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_pim(ByteReader& in, PacketView& view) {
  view.facts().transport = Transport::other;

  const auto header = in.take<4>();
  if (!header) return in.shortage();
  return header.u8<0>() >> 4U == 2 ? Step::done() : Step(StopReason::bad_version);
}

}  // namespace whydrop
