// MPLS right behind IP (RFC 4023).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_mpls_in_ip(ByteReader& /*in*/, PacketView& view) {
  constexpr std::uint16_t kMpls = 0x8847;
  view.facts().transport = Transport::other;
  return Step::tunnel(view, {Space::ether_type, kMpls});
}

}  // namespace whydrop
