// IPv4 (RFC 791).
#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr std::size_t kMinHeaderLen = 20;

void read_header(const Header<kMinHeaderLen>& header, IpFacts& ip) {
  const unsigned fragment = header.be16<6>();
  ip.src = IpAddress::v4(header.bytes<12, 4>());
  ip.dst = IpAddress::v4(header.bytes<16, 4>());
  ip.version = 4;
  ip.ttl = header.u8<8>();
  ip.protocol = header.u8<9>();
  ip.tos = header.u8<1>();
  ip.id = header.be16<4>();
  ip.fragment_offset = static_cast<std::uint16_t>((fragment & 0x1fffU) * 8);
  ip.dont_fragment = (fragment & 0x4000U) != 0;
  ip.more_fragments = (fragment & 0x2000U) != 0;
  ip.total_len = header.be16<2>();
}

}  // namespace

Step dissect_ipv4(ByteReader& in, PacketView& view) {
  PacketFacts& facts = view.facts();
  const std::size_t on_wire = in.claimed();
  const auto header = in.take<kMinHeaderLen>();
  if (!header) return in.shortage();
  if (header.u8<0>() >> 4U != 4) return StopReason::bad_version;
  const std::size_t header_len = (header.u8<0>() & 0x0fU) * std::size_t{4};
  if (header_len < kMinHeaderLen) return StopReason::bad_length;

  facts.has_ip = true;
  read_header(header, facts.ip);
  // The sender's segmentation offload leaves 0 where the length does not fit in 16 bits or is not known yet.
  if (facts.ip.total_len == 0) facts.ip.total_len = static_cast<std::uint32_t>(on_wire);
  if (facts.ip.total_len < header_len) return StopReason::bad_length;
  if (!in.limit(facts.ip.total_len - kMinHeaderLen) || !in.skip(header_len - kMinHeaderLen)) return in.shortage();
  if (facts.ip.is_fragment()) facts.ip.fragment_len = static_cast<std::uint32_t>(in.claimed());
  if (facts.ip.fragment_offset != 0) return Step::done();
  if (facts.ip.more_fragments) in.continues_elsewhere();
  return Claim{Space::ip_protocol, facts.ip.protocol};
}

}  // namespace whydrop
