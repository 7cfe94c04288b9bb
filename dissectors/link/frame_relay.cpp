// Frame Relay (ITU-T Q.922): RFC 2427 encapsulation, and Cisco's, which has an EtherType right behind the address.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

/// What RFC 2427 puts behind the control byte: network layer protocol identifiers (ISO/IEC TR 9577).
enum NetworkProtocol : std::uint8_t {
  kPadding = 0x00,
  kSnap = 0x80,
  kIpv6 = 0x8e,
  kIpv4 = 0xcc,
  kPpp = 0xcf,  // RFC 1973
};

/// Two to four bytes, of which the last says so.
StopReason skip_address(ByteReader& in) {
  constexpr std::size_t kMaxLen = 4;
  constexpr unsigned kLast = 1;
  for (std::size_t length = 1; length <= kMaxLen; ++length) {
    const auto byte = in.take<1>();
    if (!byte) return in.shortage();
    if ((byte.u8<0>() & kLast) != 0) return length == 1 ? StopReason::bad_length : StopReason::none;
  }
  return StopReason::bad_length;
}

Step read_snap(ByteReader& in) {
  constexpr std::uint32_t kEtherType = 0x000000;
  constexpr std::uint32_t kBridged = 0x0080c2;
  constexpr std::uint16_t kEthernetWithFcs = 1;
  constexpr std::uint16_t kEthernet = 7;
  constexpr std::size_t kFcsLen = 4;
  const auto header = in.take<5>();
  if (!header) return in.shortage();
  const std::uint16_t type = header.be16<3>();
  if (header.be24<0>() == kEtherType) return Claim{Space::ether_type, type};
  if (header.be24<0>() != kBridged || (type != kEthernet && type != kEthernetWithFcs)) return Step::done();
  if (type == kEthernetWithFcs) {
    if (in.claimed() < kFcsLen) return StopReason::bad_length;
    in.limit(in.claimed() - kFcsLen);
  }
  return Claim{Space::link_type, 1};
}

Step read_network_protocol(ByteReader& in) {
  auto identifier = in.take<1>();
  if (identifier && identifier.u8<0>() == kPadding) identifier = in.take<1>();
  if (!identifier) return in.shortage();
  switch (identifier.u8<0>()) {
    case kSnap: return read_snap(in);
    case kIpv4: return Claim{Space::ip_version, 4};
    case kIpv6: return Claim{Space::ip_version, 6};
    case kPpp: return Claim{Space::ether_type, 0x880b};
    default: return Step::done();  // Q.933 and OSI: no IP inside
  }
}

}  // namespace

Step dissect_frame_relay(ByteReader& in, PacketView& /*view*/) {
  constexpr std::uint8_t kUnnumbered = 0x03;
  if (const StopReason stop = skip_address(in); stop != StopReason::none) return stop;
  const auto control = in.peek<1>();
  if (!control) return in.shortage();
  if (control.u8<0>() == kUnnumbered) {
    in.skip(1);
    return read_network_protocol(in);
  }
  const auto type = in.take<2>();
  if (!type) return in.shortage();
  return Claim{Space::ether_type, type.be16<0>()};
}

}  // namespace whydrop
