// Logical link control (IEEE 802.2) with its SNAP extension (RFC 1042): an EtherType in an 802.3 frame.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_llc(ByteReader& in, PacketView& /*view*/) {
  constexpr std::uint32_t kSnapUnnumbered = 0xaaaa03;  // DSAP, SSAP, control
  constexpr std::uint32_t kRfc1042 = 0x000000;
  constexpr std::uint32_t kBridgeTunnel = 0x0000f8;  // IEEE 802.1H

  const auto header = in.take<3>();
  if (!header) return in.shortage();
  if (header.be24<0>() != kSnapUnnumbered) return Step::done();  // spanning tree, IPX, OSI: no IP inside
  const auto snap = in.take<5>();
  if (!snap) return in.shortage();
  const std::uint32_t organization = snap.be24<0>();
  if (organization != kRfc1042 && organization != kBridgeTunnel) return Step::done();
  return Claim{Space::ether_type, snap.be16<3>()};
}

}  // namespace whydrop
