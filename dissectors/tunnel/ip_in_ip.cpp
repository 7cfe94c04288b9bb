// IP in IP: IPv4 (RFC 2003) and IPv6 (RFC 4213, 6in4) in IPv4, either in IPv6 (RFC 2473). There is no header between.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ip_in_ip(ByteReader& /*in*/, PacketView& view) {
  constexpr std::uint8_t kIpv4 = 4;
  PacketFacts& facts = view.facts();
  facts.transport = Transport::other;
  return Step::tunnel(view, {Space::ip_version, static_cast<std::uint16_t>(facts.ip.protocol == kIpv4 ? 4 : 6)});
}

}  // namespace whydrop
