// IPv6 (RFC 8200).
#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr std::size_t kHeaderLen = 40;

void read_header(const Header<kHeaderLen>& header, IpFacts& ip) {
  ip.src = IpAddress::v6(header.bytes<8, 16>());
  ip.dst = IpAddress::v6(header.bytes<24, 16>());
  ip.version = 6;
  ip.ttl = header.u8<7>();
  ip.protocol = header.u8<6>();
  ip.tos = static_cast<std::uint8_t>(header.be16<0>() >> 4U);
  ip.id = 0;
  ip.fragment_offset = 0;
  ip.dont_fragment = true;
  ip.more_fragments = false;
}

}  // namespace

Step dissect_ipv6(ByteReader& in, PacketView& view) {
  PacketFacts& facts = view.facts();
  const auto header = in.take<kHeaderLen>();
  if (!header) return in.shortage();
  if (header.u8<0>() >> 4U != 6) return StopReason::bad_version;

  facts.has_ip = true;
  read_header(header, facts.ip);
  // 0: a jumbogram (RFC 2675), whose option comes next, or segmentation offload; the frame knows.
  const std::size_t payload_len = header.be16<4>() != 0 ? header.be16<4>() : in.claimed();
  facts.ip.total_len = static_cast<std::uint32_t>(kHeaderLen + payload_len);
  if (!in.limit(payload_len)) return in.shortage();
  return Claim{Space::ip_protocol, facts.ip.protocol};
}

}  // namespace whydrop
