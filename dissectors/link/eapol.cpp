// EAP over LAN (IEEE 802.1X): a port that does not yet let packets through, or a Wi-Fi key. Named, not read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_eapol(ByteReader& in, PacketView& /*view*/) {
  const auto header = in.take<4>();
  if (!header) return in.shortage();
  return in.limit(header.be16<2>()) ? Step::done() : Step(in.shortage());
}

}  // namespace whydrop
