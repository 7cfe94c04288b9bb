// ARP (RFC 826) for IPv4 over Ethernet addresses.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

NeighborFacts::Kind kind_of(unsigned operation) {
  switch (operation) {
    case 1: return NeighborFacts::Kind::question;
    case 2: return NeighborFacts::Kind::answer;
    default: return NeighborFacts::Kind::other;  // reverse and inverse ARP
  }
}

}  // namespace

Step dissect_arp(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kIpv4 = 0x0800;
  constexpr std::uint32_t kAddressLens = 0x0604;  // 6 bytes for the MAC, 4 for IPv4

  const auto header = in.take<8>();
  if (!header) return in.shortage();
  if (header.be16<2>() != kIpv4 || header.be16<4>() != kAddressLens) return Step::done();
  const auto addresses = in.take<20>();
  if (!addresses) return in.shortage();

  PacketFacts& facts = view.facts();
  facts.transport = Transport::arp;
  NeighborFacts& neighbor = facts.neighbor;
  neighbor.kind = kind_of(header.be16<6>());
  neighbor.sender_mac = MacAddress::of(addresses.bytes<0, 6>());
  neighbor.sender = IpAddress::v4(addresses.bytes<6, 4>());
  neighbor.target = IpAddress::v4(addresses.bytes<16, 4>());
  neighbor.unsolicited = neighbor.sender == neighbor.target;
  neighbor.to_group = !view.has_macs || view.dst_mac.is_group();
  return Step::done();
}

}  // namespace whydrop
