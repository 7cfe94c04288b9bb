// IPv6 extension headers of the common form (RFC 8200, 4; RFC 6564): routing, destination options, mobility (RFC 6275),
// host identity (RFC 7401), Shim6 (RFC 5533).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ipv6_extension(ByteReader& in, PacketView& view) {
  const auto header = in.take<2>();
  if (!header) return in.shortage();
  const std::size_t length = (header.u8<1>() + std::size_t{1}) * 8;
  if (!in.skip(length - 2)) return in.shortage();
  IpFacts& ip = view.facts().ip;
  ip.protocol = header.u8<0>();
  return Claim{Space::ip_protocol, ip.protocol};
}

}  // namespace whydrop
