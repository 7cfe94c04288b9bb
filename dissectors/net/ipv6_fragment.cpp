// IPv6 fragment header (RFC 8200, 4.5).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ipv6_fragment(ByteReader& in, PacketView& view) {
  const auto header = in.take<8>();
  if (!header) return in.shortage();
  IpFacts& ip = view.facts().ip;
  ip.protocol = header.u8<0>();
  ip.fragment_offset = header.be16<2>() & 0xfff8U;
  ip.more_fragments = (header.be16<2>() & 1U) != 0;
  ip.id = header.be16<6>();
  ip.fragment_len = static_cast<std::uint32_t>(in.claimed());
  if (ip.fragment_offset != 0) return Step::done();
  if (ip.more_fragments) in.continues_elsewhere();
  return Claim{Space::ip_protocol, ip.protocol};
}

}  // namespace whydrop
