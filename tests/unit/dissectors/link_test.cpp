// Link layers: what they carry, who they say sent it, and their near misses.
#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

namespace {

PacketBuilder tcp_over(const PacketBuilder& link) {
  return link.ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::syn);
}

}  // namespace

TEST_CASE("Ethernet gives both MAC addresses", "[dissectors][link]") {
  const PacketView view = dissected(tcp_over(packet().ether()));
  CHECK(view.has_macs);
  CHECK(view.src_mac == PacketBuilder::kHostMac);
  CHECK(view.dst_mac == PacketBuilder::kPeerMac);
  CHECK(view.vlan_count == 0);
}

TEST_CASE("the innermost VLAN id counts, whatever the tag's type", "[dissectors][link]") {
  const PacketView single = dissected(tcp_over(packet().ether().vlan(0xe02a)));  // priority bits are no id
  CHECK(single.vlan == 42);
  CHECK(single.vlan_count == 1);
  const PacketView twice = dissected(tcp_over(packet().ether().vlan(7, 0x88a8).vlan(42)));
  CHECK(twice.vlan == 42);
  CHECK(twice.vlan_count == 2);
  CHECK(dissected(tcp_over(packet().ether().vlan(7, 0x9100).vlan(43))).vlan == 43);
}

TEST_CASE("a VLAN stack deeper than the layer limit ends dissection", "[dissectors][link]") {
  PacketBuilder tags = packet().ether();
  for (std::uint16_t id = 0; id < 20; ++id) tags = tags.vlan(id);
  CHECK(dissected(tcp_over(tags)).stop.reason == StopReason::too_deep);
}

TEST_CASE("an 802.3 length is checked against the frame, and only SNAP leads on", "[dissectors][link]") {
  struct Row {
    std::string_view what;
    Bytes behind_macs;
    std::string_view layers;
    StopReason reason;
  };
  const auto row = GENERATE(
      Row{"spanning tree", {0, 3, 0x42, 0x42, 3}, "eth:llc", StopReason::none},
      Row{"SNAP of another organisation", {0, 8, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0}, "eth:llc", StopReason::none},
      Row{"SNAP with an unknown EtherType",
          {0, 8, 0xaa, 0xaa, 3, 0, 0, 0, 0x88, 0xb5},
          "eth:llc",
          StopReason::unknown_next},
      Row{"SNAP through a bridge tunnel",
          {0, 8, 0xaa, 0xaa, 3, 0, 0, 0xf8, 8, 0},
          "eth:llc:ip",
          StopReason::bad_length},
      Row{"padding behind the length", {0, 3, 0x42, 0x42, 3, 0, 0, 0, 0}, "eth:llc", StopReason::none},
      Row{"a length beyond the frame", {0, 9, 0x42, 0x42, 3}, "eth", StopReason::bad_length},
      Row{"a length too short for LLC", {0, 2, 0x42, 0x42, 3}, "eth:llc", StopReason::bad_length},
      Row{"a length too short for SNAP", {0, 7, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, "eth:llc", StopReason::bad_length},
      Row{"the last length", {0x05, 0xff, 0x42, 0x42, 3}, "eth", StopReason::bad_length},
      Row{"the first EtherType", {0x06, 0x00, 0x42, 0x42, 3}, "eth", StopReason::unknown_next});
  CAPTURE(row.what);
  Bytes frame(12, 0x02);
  frame.insert(frame.end(), row.behind_macs.begin(), row.behind_macs.end());
  const PacketView view = dissected(frame, LinkType{1});
  CHECK(layer_names(view) == row.layers);
  CHECK(name(view.stop.reason) == name(row.reason));
}

TEST_CASE("a cooked header says which way the packet went", "[dissectors][link]") {
  const auto [packet_type, direction] =
      GENERATE(table<std::uint8_t, FrameDirection>({{std::uint8_t{0}, FrameDirection::inbound},
                                                    {std::uint8_t{1}, FrameDirection::inbound},
                                                    {std::uint8_t{2}, FrameDirection::inbound},
                                                    {std::uint8_t{3}, FrameDirection::unknown},
                                                    {std::uint8_t{4}, FrameDirection::outbound},
                                                    {std::uint8_t{5}, FrameDirection::unknown}}));
  CAPTURE(int{packet_type});
  CHECK(dissected(tcp_over(packet().sll(packet_type))).direction == direction);
  CHECK(dissected(tcp_over(packet().sll2(packet_type))).direction == direction);
  CHECK_FALSE(dissected(tcp_over(packet().sll(packet_type))).has_macs);
}

TEST_CASE("a direction that the file gave survives a cooked header without one", "[dissectors][link]") {
  const Bytes bytes = tcp_over(packet().sll(3)).build();
  Frame frame = frame_of(bytes, LinkType{113});
  frame.direction = FrameDirection::outbound;
  PacketView view;
  dissect(dissectors(), frame, view);
  CHECK(view.direction == FrameDirection::outbound);
}

TEST_CASE("netlink messages in a cooked capture are no packets", "[dissectors][link]") {
  Bytes bytes = packet().sll().ether_payload(4, {1, 2, 3}).build();
  bytes[2] = 0x03;
  bytes[3] = 0x38;  // ARPHRD_NETLINK
  const PacketView view = dissected(bytes, LinkType{113});
  CHECK(layer_names(view) == "sll");
  CHECK(view.stop.reason == StopReason::none);
}

TEST_CASE("loopback families are read in either byte order and every system's numbering", "[dissectors][link]") {
  struct Row {
    std::uint32_t family;
    unsigned version;  // 0: unknown
  };
  const auto row = GENERATE(Row{2, 4}, Row{0x02000000, 4}, Row{10, 6}, Row{24, 6}, Row{28, 6}, Row{30, 6},
                            Row{0x1e000000, 6}, Row{0x1c000000, 6}, Row{7, 0}, Row{0, 0}, Row{0x02000002, 0});
  CAPTURE(row.family);
  const auto link = packet().loopback(row.family);
  const auto ip = row.version == 6 ? link.ipv6("::1", "::1") : link.ipv4("127.0.0.1", "127.0.0.1");
  const PacketView view = dissected(ip.tcp(1, 2, tcp_flag::syn));
  if (row.version == 0) {
    CHECK(view.stop.reason == StopReason::unknown_next);
    return;
  }
  CHECK(view.packet.ip.version == row.version);
  CHECK(dissected(ip.tcp(1, 2, tcp_flag::syn).build(), LinkType{108}).packet.ip.version == row.version);
}

TEST_CASE("bare IP is found under each of its link types", "[dissectors][link]") {
  const Bytes ip4 = packet().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2, 0).build();
  const Bytes ip6 = packet().ipv6("fd00::1", "fd00::2").udp(1, 2).build();
  for (const LinkType type : {LinkType{12}, LinkType{14}, LinkType{101}}) {
    CHECK(dissected(ip4, type).packet.ip.version == 4);
    CHECK(dissected(ip6, type).packet.ip.version == 6);
  }
  CHECK(dissected(ip4, LinkType{228}).packet.ip.version == 4);
  CHECK(dissected(ip6, LinkType{229}).packet.ip.version == 6);
  CHECK(dissected(ip6, LinkType{228}).stop.reason == StopReason::bad_version);
  CHECK(dissected(ip4, LinkType{229}).stop.reason == StopReason::bad_version);
  CHECK(dissected({0x50}, LinkType{101}).stop.reason == StopReason::unknown_next);
}

TEST_CASE("the ends of an 802.11 frame are found on each way through access points", "[dissectors][link]") {
  struct Row {
    std::uint8_t way;  // 1: to the distribution system, 2: from it
    std::uint8_t dst;
    std::uint8_t src;
  };
  const auto row = GENERATE(Row{0, 1, 2}, Row{1, 3, 2}, Row{2, 1, 3}, Row{3, 3, 4});
  CAPTURE(int{row.way});
  Bytes frame{0x08, row.way, 0, 0};
  const auto append_address = [&frame](std::uint8_t last) { frame.insert(frame.end(), {2, 0, 0, 0, 0, last}); };
  for (const std::uint8_t last : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) append_address(last);
  frame.insert(frame.end(), {0, 0});
  append_address(4);
  const PacketView view = dissected(frame, LinkType{105});
  REQUIRE(view.has_macs);
  CHECK(to_string(view.dst_mac) == "02:00:00:00:00:0" + std::to_string(row.dst));
  CHECK(to_string(view.src_mac) == "02:00:00:00:00:0" + std::to_string(row.src));
}
