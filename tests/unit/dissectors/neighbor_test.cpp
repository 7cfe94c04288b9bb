// ARP and neighbour discovery: who asks for whom, and who answers.
#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;
using Kind = NeighborFacts::Kind;

namespace {

PacketBuilder broadcast() { return packet().ether(PacketBuilder::kHostMac, PacketBuilder::kBroadcastMac); }
PacketBuilder solicited_node() { return packet().ether().ipv6("fe80::1", "ff02::1:ff00:2").ttl(255); }
PacketBuilder advertising() { return packet().ether().ipv6("fe80::2", "fe80::1").ttl(255); }

void check_who(const NeighborFacts& neighbor, Kind kind, std::string_view sender, std::string_view target) {
  CHECK(neighbor.kind == kind);
  CHECK(to_string(neighbor.sender) == sender);
  CHECK(to_string(neighbor.target) == target);
}

}  // namespace

TEST_CASE("an ARP question names asker and target", "[dissectors][neighbor]") {
  const PacketView view = dissected(broadcast().arp_request("10.0.0.1", "10.0.0.2"));
  CHECK(view.packet.transport == Transport::arp);
  CHECK_FALSE(view.packet.has_ip);
  const NeighborFacts& neighbor = view.packet.neighbor;
  check_who(neighbor, Kind::question, "10.0.0.1", "10.0.0.2");
  CHECK(neighbor.sender_mac == PacketBuilder::kHostMac);
  CHECK(neighbor.to_group);
  CHECK_FALSE(neighbor.unsolicited);
}

TEST_CASE("an ARP answer names its owner and the asker", "[dissectors][neighbor]") {
  const NeighborFacts neighbor = dissected(packet().ether().arp_reply("10.0.0.2", "10.0.0.1")).packet.neighbor;
  check_who(neighbor, Kind::answer, "10.0.0.2", "10.0.0.1");
  CHECK(neighbor.sender_mac == PacketBuilder::kPeerMac);
  CHECK_FALSE(neighbor.to_group);
}

TEST_CASE("a gratuitous ARP is unsolicited, a probe has no sender", "[dissectors][neighbor]") {
  CHECK(dissected(broadcast().arp_request("10.0.0.1", "10.0.0.1")).packet.neighbor.unsolicited);
  CHECK(dissected(broadcast().arp_reply("10.0.0.1", "10.0.0.1")).packet.neighbor.unsolicited);
  const NeighborFacts probe = dissected(broadcast().arp_request("0.0.0.0", "10.0.0.1")).packet.neighbor;
  CHECK(probe.sender.is_unspecified());
  CHECK_FALSE(probe.unsolicited);
}

TEST_CASE("a unicast question is a refresh; where the link says nothing it counts as broadcast",
          "[dissectors][neighbor]") {
  CHECK_FALSE(dissected(packet().ether().arp_request("10.0.0.1", "10.0.0.2")).packet.neighbor.to_group);
  CHECK(dissected(packet().sll(4).arp_request("10.0.0.1", "10.0.0.2")).packet.neighbor.to_group);
}

TEST_CASE("ARP for other addresses or operations is no question", "[dissectors][neighbor]") {
  struct Row {
    std::string_view what;
    std::size_t at;  // in the ARP message
    std::uint8_t value;
    Transport transport;
    Kind kind;
  };
  const auto row = GENERATE(Row{"a protocol that is not IPv4", 2, 0x80, Transport::none, Kind::other},
                            Row{"hardware addresses of 8 bytes", 4, 8, Transport::none, Kind::other},
                            Row{"protocol addresses of 16 bytes", 5, 16, Transport::none, Kind::other},
                            Row{"reverse ARP", 7, 3, Transport::arp, Kind::other},
                            Row{"another hardware type", 1, 6, Transport::arp, Kind::question});
  CAPTURE(row.what);
  Bytes bytes = broadcast().arp_request("10.0.0.1", "10.0.0.2").build();
  bytes[14 + row.at] = row.value;
  const PacketView view = dissected(bytes, LinkType{1});
  CHECK(view.packet.transport == row.transport);
  CHECK(view.stop.reason == StopReason::none);
  if (view.packet.transport == Transport::arp) CHECK(view.packet.neighbor.kind == row.kind);
}

TEST_CASE("an ARP message that its frame cannot hold is malformed", "[dissectors][neighbor]") {
  Bytes bytes = broadcast().arp_request("10.0.0.1", "10.0.0.2").build();
  bytes.pop_back();
  const PacketView view = dissected(bytes, LinkType{1});
  CHECK(view.stop.reason == StopReason::bad_length);
  CHECK(view.packet.transport == Transport::none);
}

TEST_CASE("a solicitation names asker and target, an advertisement its owner and the asker", "[dissectors][neighbor]") {
  const PacketView asked = dissected(solicited_node().neighbor_solicitation("fe80::2"));
  CHECK(asked.packet.transport == Transport::nd);
  CHECK(asked.packet.has_ip);
  check_who(asked.packet.neighbor, Kind::question, "fe80::1", "fe80::2");
  CHECK(asked.packet.neighbor.sender_mac == PacketBuilder::kHostMac);
  CHECK(asked.packet.neighbor.to_group);
  CHECK_FALSE(asked.packet.neighbor.unsolicited);

  const PacketView answered = dissected(advertising().neighbor_advertisement("fd00::2"));
  CHECK(answered.packet.transport == Transport::nd);
  check_who(answered.packet.neighbor, Kind::answer, "fd00::2", "fe80::1");
  CHECK(answered.packet.neighbor.sender_mac == PacketBuilder::kPeerMac);
  CHECK_FALSE(answered.packet.neighbor.to_group);
  CHECK_FALSE(answered.packet.neighbor.unsolicited);
}

TEST_CASE("an advertisement without the solicited flag is unsolicited", "[dissectors][neighbor]") {
  CHECK(dissected(advertising().neighbor_advertisement("fe80::2", false)).packet.neighbor.unsolicited);
}

TEST_CASE("neighbour options are searched for the MAC, and lying ones end the search", "[dissectors][neighbor]") {
  struct Row {
    std::string_view what;
    Bytes options;
    StopReason reason;
    bool has_mac;
  };
  const Bytes mac{1, 1, 2, 0, 0, 0, 0, 1};
  const auto row =
      GENERATE_COPY(Row{"none", {}, StopReason::none, false}, Row{"the MAC", mac, StopReason::none, true},
                    Row{"behind a nonce", {14, 1, 9, 9, 9, 9, 9, 9, 1, 1, 2, 0, 0, 0, 0, 1}, StopReason::none, true},
                    Row{"the other side's MAC", {2, 1, 2, 0, 0, 0, 0, 1}, StopReason::none, false},
                    Row{"length 0", {1, 0, 2, 0, 0, 0, 0, 1}, StopReason::bad_length, false},
                    Row{"length beyond the packet", {1, 2, 2, 0, 0, 0, 0, 1}, StopReason::bad_length, false},
                    Row{"half an option", {1}, StopReason::bad_length, false});
  CAPTURE(row.what);
  Bytes body{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  body.insert(body.end(), row.options.begin(), row.options.end());
  const PacketView view = dissected(solicited_node().icmp(135, 0).payload(body));
  CHECK(view.stop.reason == row.reason);
  CHECK(view.packet.transport == Transport::nd);
  CHECK((view.packet.neighbor.sender_mac != MacAddress{}) == row.has_mac);
}

TEST_CASE("a solicitation without its target is malformed and no neighbour message", "[dissectors][neighbor]") {
  const PacketView view = dissected(solicited_node().icmp(135, 0).payload_len(15));
  CHECK(view.stop.reason == StopReason::bad_length);
  CHECK(view.packet.transport == Transport::icmp6);
}
