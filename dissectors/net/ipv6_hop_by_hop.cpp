// IPv6 hop-by-hop options (RFC 8200, 4.3), of which one says how long a packet beyond 64 KiB is (RFC 2675).
#include "dissectors/registry.h"

namespace whydrop {
namespace {

/// The jumbo payload option's value, or 0. A list that contradicts itself ends at the contradiction.
std::uint32_t jumbo_payload_len(ByteReader options) {
  constexpr std::uint8_t kPadding = 0;
  constexpr std::uint8_t kJumbo = 0xc2;
  while (const auto type = options.take<1>()) {
    if (type.u8<0>() == kPadding) continue;
    const auto length = options.take<1>();
    if (!length) return 0;
    if (type.u8<0>() == kJumbo && length.u8<0>() == 4) {
      const auto value = options.take<4>();
      return value ? value.be32<0>() : 0;
    }
    if (!options.skip(length.u8<0>())) return 0;
  }
  return 0;
}

}  // namespace

Step dissect_ipv6_hop_by_hop(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kIpHeaderLen = 40;
  constexpr std::uint32_t kMaxOrdinary = 0xffff;
  const auto header = in.take<2>();
  if (!header) return in.shortage();
  const std::size_t length = (header.u8<1>() + std::size_t{1}) * 8;
  ByteReader options = in;
  if (!in.skip(length - 2)) return in.shortage();
  options.limit(length - 2);
  IpFacts& ip = view.facts().ip;
  if (const std::uint32_t payload_len = jumbo_payload_len(options); payload_len != 0) {
    if (payload_len <= kMaxOrdinary) return StopReason::bad_value;
    if (!in.limit(payload_len - length)) return in.shortage();
    ip.total_len = kIpHeaderLen + payload_len;
  }
  ip.protocol = header.u8<0>();
  return Claim{Space::ip_protocol, ip.protocol};
}

}  // namespace whydrop
