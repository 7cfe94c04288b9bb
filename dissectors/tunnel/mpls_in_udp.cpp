// MPLS over UDP (RFC 7510).
#include "dissectors/registry.h"
#include "dissectors/tunnel/look_ahead.h"

namespace whydrop {

Step dissect_mpls_in_udp(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kMpls = 0x8847;
  constexpr unsigned kMostLabels = 8;
  constexpr unsigned kBottomOfStack = 1;
  ByteReader labels = in;
  for (unsigned count = 0; count < kMostLabels; ++count) {
    const auto label = labels.take<4>();
    if (!label) return cut_or_declined(in, labels);
    if ((label.u8<2>() & kBottomOfStack) != 0) return Step::tunnel(view, {Space::ether_type, kMpls});
  }
  return Step::declined();
}

}  // namespace whydrop
