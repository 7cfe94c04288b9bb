// IPv6 (RFC 8200).
#include "dissectors/net/ipv6.h"

#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ipv6(ByteReader& in, PacketView& view) {
  PacketFacts& facts = view.facts();
  const auto header = in.take<kIpv6HeaderLen>();
  if (!header) return in.shortage();
  if (header.u8<0>() >> 4U != 6) return StopReason::bad_version;

  facts.has_ip = true;
  read_ip_header(header, facts.ip);
  // 0: a jumbogram (RFC 2675), whose option comes next, or segmentation offload; the frame knows.
  const std::size_t payload_len = header.be16<4>() != 0 ? header.be16<4>() : in.claimed();
  facts.ip.total_len = static_cast<std::uint32_t>(kIpv6HeaderLen + payload_len);
  if (!in.limit(payload_len)) return in.shortage();
  return Claim{Space::ip_protocol, facts.ip.protocol};
}

}  // namespace whydrop
