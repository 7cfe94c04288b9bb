// ARP (RFC 826) for IPv4 over Ethernet addresses.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_arp(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kIpv4 = 0x0800;
  constexpr std::uint32_t kAddressLens = 0x0604;  // 6 bytes for the MAC, 4 for IPv4

  const auto header = in.take<8>();
  if (!header) return in.shortage();
  if (header.be16<2>() != kIpv4 || header.be16<4>() != kAddressLens) return Step::done();
  const auto addresses = in.take<20>();
  if (!addresses) return in.shortage();

  using Kind = NeighborFacts::Kind;
  const unsigned operation = header.be16<6>();
  PacketFacts& facts = view.facts();
  facts.transport = Transport::arp;
  NeighborFacts& neighbor = facts.neighbor;
  neighbor.kind = operation == 1 ? Kind::question : operation == 2 ? Kind::answer : Kind::other;
  neighbor.sender_mac = MacAddress::of(addresses.bytes<0, 6>());
  neighbor.sender = IpAddress::v4(addresses.bytes<6, 4>());
  neighbor.target = IpAddress::v4(addresses.bytes<16, 4>());
  neighbor.unsolicited = neighbor.sender == neighbor.target;
  neighbor.to_group = !view.has_macs || view.dst_mac.is_group();
  return Step::done();
}

}  // namespace whydrop
