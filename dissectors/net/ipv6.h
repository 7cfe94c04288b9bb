// The IPv6 header (RFC 8200, 3), which is read in two places.
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/wire/byte_reader.h"
#include "src/wire/packet_view.h"

namespace whydrop {

constexpr std::size_t kIpv6HeaderLen = 40;

/// All but the length.
inline void read_ip_header(const Header<kIpv6HeaderLen>& header, IpFacts& ip) {
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

}  // namespace whydrop
