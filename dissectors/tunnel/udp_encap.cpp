// IPsec through NATs (RFC 3948): ESP, IKE behind a marker of zeros, and keepalives of one byte share one UDP port.
#include "dissectors/registry.h"
#include "dissectors/tunnel/recognized.h"

namespace whydrop {

Step dissect_udp_encap(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kIke = 500;
  constexpr std::uint8_t kKeepalive = 0xff;
  constexpr std::uint32_t kFirstFreeIndex = 256;  // RFC 4303, 2.1
  constexpr std::size_t kEspHeaderLen = 8;
  const std::size_t length = in.claimed();
  if (length == 1) {
    const auto only = in.peek<1>();
    if (!only) return in.shortage();
    return only.u8<0>() == kKeepalive ? recognized(view, ApplicationFacts::Role::other) : Step::declined();
  }
  if (length < kEspHeaderLen) return Step::declined();
  const auto marker = in.peek<4>();
  if (!marker) return in.shortage();
  if (marker.be32<0>() >= kFirstFreeIndex) return recognized(view, ApplicationFacts::Role::other);
  if (marker.be32<0>() != 0) return Step::declined();
  in.skip(4);
  return Claim{Space::udp_port, kIke};
}

}  // namespace whydrop
