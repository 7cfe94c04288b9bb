// LLDP (IEEE 802.1AB): what is at the other end of a cable. It begins with an identifier of the chassis.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_lldp(ByteReader& in, PacketView& /*view*/) {
  constexpr unsigned kChassis = 1;
  constexpr std::size_t kLengthBits = 0x01ff;
  const auto first = in.take<2>();
  if (!first) return in.shortage();
  if (first.be16<0>() >> 9U != kChassis) return StopReason::bad_value;
  return in.skip(first.be16<0>() & kLengthBits) ? Step::done() : Step(in.shortage());
}

}  // namespace whydrop
