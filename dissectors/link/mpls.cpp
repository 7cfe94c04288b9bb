// MPLS label stack (RFC 3032). Nothing in it says what it carries: the first nibble behind it does (RFC 4928), which is
// a version of IP or, in a pseudowire, that of a control word before an Ethernet frame (RFC 4385, RFC 4448).
#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr Claim kEthernet{Space::link_type, 1};

/// Whether `type` is what an Ethernet frame in a pseudowire begins its payload with.
bool is_common_ether_type(unsigned type) {
  switch (type) {
    case 0x0800:
    case 0x0806:
    case 0x86dd:
    case 0x8100:
    case 0x88a8: return true;
    default: return false;
  }
}

/// A pseudowire may leave the control word out, and many MAC addresses begin with a zero nibble too.
Step read_pseudowire(ByteReader& in) {
  const auto word = in.peek<4>();
  if (!word) return in.shortage();
  if (word.be32<0>() != 0) {
    const auto ethernet = in.peek<14>();
    if (!ethernet) return in.shortage();
    if (is_common_ether_type(ethernet.be16<12>())) return kEthernet;
  }
  in.skip(4);
  return kEthernet;
}

}  // namespace

Step dissect_mpls(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kFirstOrdinary = 16;  // labels below have a meaning of their own and lead nowhere
  constexpr std::uint32_t kBottom = 0x100;
  constexpr unsigned kAssociatedChannel = 1;  // RFC 5586: about the path, no packet on it
  std::uint32_t entry = 0;
  while ((entry & kBottom) == 0) {
    const auto header = in.take<4>();
    if (!header) return in.shortage();
    entry = header.be32<0>();
    if (entry >> 12U >= kFirstOrdinary) view.mpls_label = entry >> 12U;
  }
  const auto first = in.peek<1>();
  if (!first) return in.shortage();
  switch (const unsigned nibble = first.u8<0>() >> 4U) {
    case 0: return read_pseudowire(in);
    case kAssociatedChannel: return Step::done();
    case 4:
    case 6: return Claim{Space::ip_version, static_cast<std::uint16_t>(nibble)};
    default: return kEthernet;
  }
}

}  // namespace whydrop
