// The fixed part of an IPv4 header (RFC 791, 3.1), which is read in two places.
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/wire/byte_reader.h"
#include "src/wire/packet_view.h"

namespace whydrop {

constexpr std::size_t kIpv4HeaderLen = 20;

/// All but the length.
inline void read_ip_header(const Header<kIpv4HeaderLen>& header, IpFacts& ip) {
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
}

}  // namespace whydrop
