// Ethernet as it is on the cable (LINKTYPE_ETHERNET_MPACKET; IEEE 802.3br): preamble, frame, check sequence. What is
// preempted comes in pieces: only whole frames are read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_mpacket(ByteReader& in, PacketView& /*view*/) {
  constexpr std::uint8_t kWholeFrame = 0xd5;
  constexpr std::size_t kCheckSequenceLen = 4;
  const auto preamble = in.take<8>();
  if (!preamble) return in.shortage();
  if (preamble.u8<7>() != kWholeFrame) return Step::done();
  if (in.claimed() < kCheckSequenceLen) return StopReason::bad_length;
  in.limit(in.claimed() - kCheckSequenceLen);
  return Claim{Space::link_type, 1};
}

}  // namespace whydrop
