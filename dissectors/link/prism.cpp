// Prism and AVS headers in front of 802.11 frames: a magic word, then the length of all, in the order of bytes of
// whoever wrote it (https://www.tcpdump.org/linktypes.html). Files say Prism and hold AVS, and the other way round.
#include <algorithm>

#include "dissectors/registry.h"

namespace whydrop {

Step dissect_prism(ByteReader& in, PacketView& /*view*/) {
  constexpr std::size_t kStartLen = 8;
  const auto start = in.take<kStartLen>();
  if (!start) return in.shortage();
  const std::size_t length = std::min(start.be32<4>(), start.le32<4>());
  if (length < kStartLen) return StopReason::bad_length;
  if (!in.skip(length - kStartLen)) return in.shortage();
  return Claim{Space::link_type, 105};
}

}  // namespace whydrop
