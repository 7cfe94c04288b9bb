// Slow protocols (IEEE 802.3, annex 57A): link aggregation (LACP), its marker, operations (OAM). Named, not read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_slow_protocol(ByteReader& in, PacketView& /*view*/) {
  constexpr unsigned kLast = 10;
  const auto subtype = in.take<1>();
  if (!subtype) return in.shortage();
  const unsigned number = subtype.u8<0>();
  return number != 0 && number <= kLast ? Step::done() : Step(StopReason::bad_value);
}

}  // namespace whydrop
