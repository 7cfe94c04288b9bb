// IPv4 (RFC 791).
#include "dissectors/net/ipv4.h"

#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ipv4(ByteReader& in, PacketView& view) {
  PacketFacts& facts = view.facts();
  const std::size_t on_wire = in.claimed();
  const auto header = in.take<kIpv4HeaderLen>();
  if (!header) return in.shortage();
  if (header.u8<0>() >> 4U != 4) return StopReason::bad_version;
  const std::size_t header_len = (header.u8<0>() & 0x0fU) * std::size_t{4};
  if (header_len < kIpv4HeaderLen) return StopReason::bad_length;

  facts.has_ip = true;
  read_ip_header(header, facts.ip);
  // The sender's segmentation offload leaves 0 where the length does not fit in 16 bits or is not known yet.
  facts.ip.total_len = header.be16<2>() != 0 ? header.be16<2>() : static_cast<std::uint32_t>(on_wire);
  if (facts.ip.total_len < header_len) return StopReason::bad_length;
  if (!in.limit(facts.ip.total_len - kIpv4HeaderLen) || !in.skip(header_len - kIpv4HeaderLen)) return in.shortage();
  if (facts.ip.is_fragment()) facts.ip.fragment_len = static_cast<std::uint32_t>(in.claimed());
  if (facts.ip.fragment_offset != 0) return Step::done();
  if (facts.ip.more_fragments) in.continues_elsewhere();
  return Claim{Space::ip_protocol, facts.ip.protocol};
}

}  // namespace whydrop
