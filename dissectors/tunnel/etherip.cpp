// EtherIP (RFC 3378): Ethernet over IP.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_etherip(ByteReader& in, PacketView& view) {
  constexpr unsigned kVersion = 3;
  view.facts().transport = Transport::other;
  const auto header = in.take<2>();
  if (!header) return in.shortage();
  if (header.u8<0>() >> 4U != kVersion) return StopReason::bad_version;
  return Step::tunnel(view, {Space::link_type, 1});
}

}  // namespace whydrop
