// MPLS label stack (RFC 3032). Nothing in it says what it carries: the first nibble behind it does (RFC 4928), which is
// a version of IP or, in a pseudowire, that of a control word before an Ethernet frame (RFC 4385, RFC 4448).
// Pseudowires without that word begin with any MAC address: what contradicts itself as IP may be one.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr Claim kEthernet{Space::link_type, 1};

/// Whether the rest reads as an Ethernet frame with a payload that is common.
bool looks_like_ethernet(ByteReader& in) {
  const auto header = in.peek<14>();
  if (!header) return false;
  switch (header.be16<12>()) {
    case 0x0800:
    case 0x0806:
    case 0x8100:
    case 0x86dd:
    case 0x8847:
    case 0x8864:
    case 0x88a8: return true;
    default: return false;
  }
}

/// Whether a MAC header stands here that leads to the beginning of an IP or ARP packet, whatever it begins with itself.
bool leads_to_ip(ByteReader& in) {
  constexpr std::uint16_t kArpOverEthernet = 0x0001;
  const auto header = in.peek<16>();
  if (!header) return false;
  switch (header.be16<12>()) {
    case 0x0800: return header.u8<14>() >> 4U == 4;
    case 0x86dd: return header.u8<14>() >> 4U == 6;
    case 0x0806: return header.be16<14>() == kArpOverEthernet;
    default: return false;
  }
}

/// At a zero nibble: the control word, or the MAC address of a frame without one.
Step read_pseudowire(ByteReader& in) {
  const auto word = in.peek<4>();
  if (!word) return in.shortage();
  if (word.be32<0>() != 0) {
    if (!in.peek<14>()) return in.shortage();
    if (looks_like_ethernet(in)) return kEthernet;
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
  const unsigned nibble = first.u8<0>() >> 4U;
  switch (nibble) {
    case 0: return read_pseudowire(in);
    case kAssociatedChannel: return Step::done();
    case 4:
    case 6:
      if (leads_to_ip(in)) return kEthernet;
      return Claim{Space::ip_version, static_cast<std::uint16_t>(nibble)};
    default: return kEthernet;
  }
}

}  // namespace whydrop
