// The sample packets.
#include "tests/support/packet_samples.h"

#include <algorithm>

#include "tests/support/packet_frames.h"

namespace whydrop {
namespace {

PacketBuilder ip4() { return packet().ether().ipv4("10.9.1.2", "10.9.2.2"); }
PacketBuilder ip6() { return packet().ether().ipv6("fd00::1", "fd00::2"); }
PacketBuilder syn(const PacketBuilder& ip) {
  return ip.tcp(40000, 443, tcp_flag::syn).seq(1000).mss(1460).sack_permitted().timestamps(7, 0).window_scale(7);
}
PacketBuilder arp_question() { return packet().ether(PacketBuilder::kHostMac, PacketBuilder::kBroadcastMac); }

std::vector<PacketSample> link_samples() {
  const auto bare4 = packet().ipv4("10.9.1.2", "10.9.2.2");
  const auto bare6 = packet().ipv6("fd00::1", "fd00::2");
  return {
      {"vlan", "eth:vlan:ip:tcp", syn(packet().ether().vlan(42).ipv4("10.9.1.2", "10.9.2.2"))},
      {"qinq", "eth:vlan:vlan:ip:tcp", syn(packet().ether().vlan(7, 0x88a8).vlan(42).ipv4("10.9.1.2", "10.9.2.2"))},
      {"snap", "eth:llc:ip:tcp", syn(packet().ether().snap().ipv4("10.9.1.2", "10.9.2.2"))},
      {"vlan-snap", "eth:vlan:llc:ip:tcp", syn(packet().ether().vlan(42).snap().ipv4("10.9.1.2", "10.9.2.2"))},
      {"sll", "sll:ip:tcp", syn(packet().sll(4).ipv4("10.9.1.2", "10.9.2.2"))},
      {"sll2", "sll:ipv6:tcp", syn(packet().sll2(0).ipv6("fd00::1", "fd00::2"))},
      {"raw-ipv4", "raw:ip:tcp", syn(bare4)},
      {"raw-ipv6", "raw:ipv6:tcp", syn(bare6)},
      {"loopback", "null:ip:tcp", syn(packet().loopback(2).ipv4("127.0.0.1", "127.0.0.1"))},
      {"loopback-darwin", "null:ipv6:tcp", syn(packet().loopback(30).ipv6("::1", "::1"))},
  };
}

std::vector<PacketSample> net_samples() {
  const Bytes eight_bytes{0, 1, 4, 0, 0, 0, 0};                                                // length 0, PadN
  const Bytes signature{4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};  // AH, 12 bytes of ICV
  return {
      {"ipv4-options", "eth:ip:tcp", syn(ip4().ip_options({0x94, 4, 0, 0}))},
      {"ipv4-first-fragment", "eth:ip:udp", ip4().id(7).fragment(0, true).udp(40000, 9999).payload_len(24)},
      {"ipv4-next-fragment", "eth:ip", ip4().id(7).fragment(32, false).protocol(17).payload_len(24)},
      {"ipv6-hop-by-hop", "eth:ipv6:ipv6.hopopts:tcp", syn(ip6().extension(0, eight_bytes))},
      {"ipv6-chain", "eth:ipv6:ipv6.hopopts:ipv6.ext:ipv6.ext:tcp",
       syn(ip6().extension(0, eight_bytes).extension(43, eight_bytes).extension(60, eight_bytes))},
      {"ipv6-first-fragment", "eth:ipv6:ipv6.fraghdr:udp", ip6().fragment(0, true).udp(40000, 9999).payload_len(24)},
      {"ipv6-next-fragment", "eth:ipv6:ipv6.fraghdr", ip6().fragment(32, false).protocol(17).payload_len(24)},
      {"ipv6-no-next-header", "eth:ipv6:ipv6.nonxt", ip6().protocol(59)},
      {"ah", "eth:ip:ah:tcp", syn(ip4().extension(51, signature))},
      {"esp", "eth:ip:esp", ip4().protocol(50).payload_len(32)},
      {"arp-request", "eth:arp", arp_question().arp_request("10.9.1.2", "10.9.1.1")},
      {"arp-reply", "eth:arp", packet().ether().arp_reply("10.9.1.1", "10.9.1.2")},
  };
}

std::vector<PacketSample> transport_samples() {
  return {
      {"tcp-syn", "eth:ip:tcp", syn(ip4())},
      {"tcp-syn-ipv6", "eth:ipv6:tcp", syn(ip6())},
      {"tcp-ack-sack", "eth:ip:tcp",
       ip4().tcp(40000, 443, tcp_flag::ack).timestamps(9, 8).sack({{3000, 4000}, {6000, 7000}})},
      {"tcp-signed", "eth:ip:tcp", ip4().tcp(179, 40000, tcp_flag::ack).tcp_option(19, Bytes(16, 0xaa))},
      {"tcp-data", "eth:ip:tcp", ip4().tcp(40000, 443, tcp_flag::ack).seq(1).ack(1).payload_len(40)},
      {"udp", "eth:ip:udp", ip4().udp(40000, 9999).payload("hello")},
      {"udp-ipv6", "eth:ipv6:udp", ip6().udp(40000, 9999).payload("hello")},
      {"echo", "eth:ip:icmp", ip4().echo_request(77, 3).payload_len(56)},
      {"echo-ipv6", "eth:ipv6:icmpv6", ip6().echo_reply(77, 3).payload_len(56)},
      {"nd-solicitation", "eth:ipv6:icmpv6",
       packet().ether().ipv6("fe80::1", "ff02::1:ff00:2").ttl(255).neighbor_solicitation("fe80::2")},
      {"nd-advertisement", "eth:ipv6:icmpv6",
       packet().ether().ipv6("fe80::2", "fe80::1").ttl(255).neighbor_advertisement("fe80::2")},
      {"dns-query", "eth:ip:udp:dns", ip4().udp(40000, 53).dns_query("www.example.com")},
      {"dns-response", "eth:ip:udp:dns", ip4().udp(53, 40000).dns_response("www.example.com", 3)},
      {"mdns-query", "eth:ip:udp:dns",
       packet().ether().ipv4("10.9.1.2", "224.0.0.251").udp(5353, 5353).dns_query("printer.local", 12, 0)},
  };
}

std::vector<PacketSample> error_samples() {
  const auto ping = packet().ipv4("10.9.1.2", "10.9.2.2").ttl(1).echo_request(77, 3).payload_len(24);
  const auto lookup = packet().ipv6("fd00::1", "fd00::2").udp(40000, 53).dns_query("example.com", 28);
  const auto back4 = packet().ether().ipv4("10.9.0.1", "10.9.1.2");
  const auto back6 = packet().ether().ipv6("fd00::9", "fd00::1");
  return {
      {"unreachable", "eth:ip:icmp:ip:tcp", back4.unreachable(13, syn(ip4()))},
      {"too-big", "eth:ip:icmp:ip:tcp",
       back4.too_big(1400, ip4().dont_fragment().tcp(1, 2, tcp_flag::ack).payload_len(99))},
      {"time-exceeded", "eth:ip:icmp:ip:icmp", back4.time_exceeded(ping)},
      {"unreachable-ipv6", "eth:ipv6:icmpv6:ipv6:udp:dns", back6.unreachable(4, lookup)},
      {"too-big-ipv6", "eth:ipv6:icmpv6:ipv6:tcp", back6.too_big(1280, syn(ip6()))},
  };
}

}  // namespace

std::vector<PacketSample> packet_samples() {
  std::vector<PacketSample> all = link_samples();
  for (const auto& more : {net_samples(), transport_samples(), error_samples()})
    all.insert(all.end(), more.begin(), more.end());
  constexpr std::string_view kLayers = "layers ";
  for (FrameFixture& frame : frame_fixtures()) {
    if (!frame.good) continue;
    const std::string first = frame.expected.substr(0, frame.expected.find('\n'));
    all.emplace_back(std::move(frame.name), first.substr(std::min(first.size(), kLayers.size())), frame.link_type,
                     std::move(frame.bytes));
  }
  return all;
}

}  // namespace whydrop
