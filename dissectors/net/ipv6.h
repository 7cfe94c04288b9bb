// The IPv6 header (RFC 8200, 3), which is read in two places.
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/wire/byte_reader.h"
#include "src/wire/packet_view.h"

namespace whydrop {

constexpr std::size_t kIpv6HeaderLen = 40;

/// All but the length. `At`: where it begins in `header`.
template <std::size_t At = 0, std::size_t N>
void read_ipv6_header(const Header<N>& header, IpFacts& ip) {
  ip.src = IpAddress::v6(header.template bytes<At + 8, 16>());
  ip.dst = IpAddress::v6(header.template bytes<At + 24, 16>());
  ip.version = 6;
  ip.ttl = header.template u8<At + 7>();
  ip.protocol = header.template u8<At + 6>();
  ip.tos = static_cast<std::uint8_t>(header.template be16<At>() >> 4U);
  ip.id = 0;
  ip.fragment_offset = 0;
  ip.dont_fragment = true;
  ip.more_fragments = false;
}

}  // namespace whydrop
