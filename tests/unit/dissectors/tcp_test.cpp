// TCP: header, options, payload, checksum.
#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

namespace {

PacketBuilder ack4() { return packet().ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::ack); }
PacketBuilder ack6() { return packet().ipv6("fd00::1", "fd00::2").tcp(40000, 443, tcp_flag::ack); }

}  // namespace

TEST_CASE("a TCP header becomes facts", "[dissectors][tcp]") {
  const auto packet4 = packet().ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::psh | tcp_flag::ack);
  const PacketView view = dissected(packet4.seq(0xffffffff).ack(7).window(512).payload("hello"));
  const PacketFacts& facts = view.packet;
  CHECK(facts.transport == Transport::tcp);
  CHECK(facts.has_ports);
  CHECK(facts.src_port == 40000);
  CHECK(facts.dst_port == 443);
  CHECK(facts.tcp.seq == TcpSeq{0xffffffff});
  CHECK(facts.tcp.ack == TcpSeq{7});
  CHECK(facts.tcp.flags == (tcp_flag::psh | tcp_flag::ack));
  CHECK(facts.tcp.window == 512);
  CHECK(facts.tcp.header_len == 20);
  CHECK(facts.payload_offset == 40);
  CHECK(facts.payload_len == 5);
  CHECK(facts.payload_captured == 5);
}

TEST_CASE("all options of a SYN are read", "[dissectors][tcp]") {
  const TcpFacts tcp = dissected(ack4().mss(1460).sack_permitted().timestamps(11, 12).window_scale(7)).packet.tcp;
  CHECK(tcp.mss == 1460);
  CHECK(tcp.sack_permitted);
  CHECK(tcp.has_timestamp);
  CHECK(tcp.timestamp_value == 11);
  CHECK(tcp.timestamp_echo == 12);
  CHECK(tcp.window_scale == 7);
  CHECK(tcp.sack_count == 0);
  CHECK_FALSE(tcp.signed_segment);
  CHECK(tcp.header_len == 40);
}

TEST_CASE("options of the packet before do not show in the next one", "[dissectors][tcp]") {
  PacketView view;
  const Bytes full = ack4().mss(1460).sack_permitted().timestamps(11, 12).window_scale(7).tcp_checksum(1).build();
  const Bytes bare = ack4().build();
  dissect(dissectors(), frame_of(full, LinkType{101}), view);
  REQUIRE(view.packet.tcp.bad_checksum);
  dissect(dissectors(), frame_of(bare, LinkType{101}), view);
  const TcpFacts& tcp = view.packet.tcp;
  CHECK(tcp.mss == 0);
  CHECK(tcp.window_scale == TcpFacts::kNoWindowScale);
  CHECK_FALSE(tcp.sack_permitted);
  CHECK_FALSE(tcp.has_timestamp);
  CHECK_FALSE(tcp.bad_checksum);
}

TEST_CASE("SACK blocks are read, at most four", "[dissectors][tcp]") {
  const TcpFacts two = dissected(ack4().sack({{10, 20}, {0xfffffff0, 5}})).packet.tcp;
  REQUIRE(two.sack_count == 2);
  CHECK(two.sack[0].left == TcpSeq{10});
  CHECK(two.sack[1].left == TcpSeq{0xfffffff0});
  CHECK(two.sack[1].right == TcpSeq{5});
  CHECK(dissected(ack4().sack({{1, 2}, {3, 4}, {5, 6}, {7, 8}})).packet.tcp.sack_count == 4);
  CHECK(dissected(ack4().sack({{1, 2}, {3, 4}}).sack({{5, 6}, {7, 8}})).packet.tcp.sack_count == 4);
}

TEST_CASE("a signature is noticed, by MD5 or TCP-AO", "[dissectors][tcp]") {
  CHECK(dissected(ack4().tcp_option(19, Bytes(16))).packet.tcp.signed_segment);
  CHECK(dissected(ack4().tcp_option(29, Bytes(14))).packet.tcp.signed_segment);
  CHECK_FALSE(dissected(ack4().tcp_option(30, Bytes(14))).packet.tcp.signed_segment);
}

TEST_CASE("a wrong option list ends the options, not the packet", "[dissectors][tcp]") {
  struct Row {
    std::string_view what;
    Bytes options;
    std::uint16_t mss;
    std::uint8_t window_scale;
  };
  constexpr std::uint8_t kNone = TcpFacts::kNoWindowScale;
  const auto row = GENERATE(Row{"good", {2, 4, 5, 0xb4, 3, 3, 7, 0}, 1460, 7},                          //
                            Row{"padding first", {1, 1, 1, 2, 4, 5, 0xb4, 3, 3, 7, 1, 1}, 1460, 7},     //
                            Row{"behind the end", {2, 4, 5, 0xb4, 0, 3, 3, 7}, 1460, kNone},            //
                            Row{"length 0", {2, 4, 5, 0xb4, 3, 0, 7, 0}, 1460, kNone},                  //
                            Row{"length 1", {2, 4, 5, 0xb4, 3, 1, 7, 0}, 1460, kNone},                  //
                            Row{"length beyond the header", {2, 4, 5, 0xb4, 3, 9, 7, 0}, 1460, kNone},  //
                            Row{"kind without length", {2, 4, 5, 0xb4, 1, 1, 1, 3}, 1460, kNone},       //
                            Row{"MSS of another length", {2, 3, 5, 1, 3, 3, 7, 0}, 0, 7},               //
                            Row{"scale of another length", {2, 4, 5, 0xb4, 3, 4, 7, 0}, 1460, kNone},   //
                            Row{"timestamps of another length", {8, 9, 1, 1, 1, 1, 1, 1, 1, 3, 3, 7}, 0, 7},
                            Row{"unknown option", {99, 4, 0, 0, 3, 3, 7, 0}, 0, 7},  //
                            Row{"scale above 14 counts as 14", {3, 3, 15, 0}, 0, 14});
  CAPTURE(row.what);
  const PacketView view = dissected(ack4().raw_tcp_options(row.options).payload("data"));
  CHECK(view.packet.tcp.mss == row.mss);
  CHECK(view.packet.tcp.window_scale == row.window_scale);
  CHECK_FALSE(view.packet.tcp.has_timestamp);
  CHECK(view.packet.payload_len == 4);
  CHECK(view.stop.reason == StopReason::none);
}

TEST_CASE("a header length that cannot be leaves ports and sequence number alone", "[dissectors][tcp]") {
  const auto header_len = GENERATE(std::uint8_t{0}, std::uint8_t{16}, std::uint8_t{24}, std::uint8_t{60});
  CAPTURE(int{header_len});
  const PacketView view = dissected(ack4().seq(5).tcp_header_len(header_len));
  CHECK(view.stop.reason == StopReason::bad_length);
  CHECK(view.packet.src_port == 40000);
  CHECK(view.packet.tcp.seq == TcpSeq{5});
  CHECK(view.packet.tcp.header_len == 0);
}

TEST_CASE("a cut segment gives what its bytes hold", "[dissectors][tcp]") {
  struct Row {
    std::size_t captured;  // of the segment
    bool has_ports;
    std::uint8_t header_len;
    std::uint16_t mss;
    StopReason reason;
  };
  const auto row = GENERATE(Row{3, false, 0, 0, StopReason::cut}, Row{4, true, 0, 0, StopReason::cut},
                            Row{7, true, 0, 0, StopReason::cut}, Row{8, true, 0, 0, StopReason::cut},
                            Row{19, true, 0, 0, StopReason::cut}, Row{20, true, 28, 0, StopReason::cut},
                            Row{24, true, 28, 1460, StopReason::cut}, Row{28, true, 28, 1460, StopReason::none},
                            Row{30, true, 28, 1460, StopReason::none});
  CAPTURE(row.captured);
  const PacketView view = dissected_prefix(ack4().seq(5).mss(1460).window_scale(7).payload("hello"), 20 + row.captured);
  CHECK(view.packet.has_ports == row.has_ports);
  CHECK(view.packet.transport == (row.has_ports ? Transport::tcp : Transport::none));
  CHECK(view.stop.reason == row.reason);
  if (!row.has_ports) return;
  CHECK(view.packet.tcp.seq == TcpSeq{row.captured < 8 ? 0U : 5U});
  CHECK(view.packet.tcp.header_len == row.header_len);
  if (row.header_len != 0) CHECK(view.packet.tcp.mss == row.mss);
  CHECK(view.packet.payload_len == (row.header_len != 0 ? 5 : 0));
}

TEST_CASE("a wrong checksum is noticed where it can be known", "[dissectors][tcp]") {
  struct Row {
    std::string_view what;
    PacketBuilder packet;
    bool bad;
  };
  const PacketBuilder routed =  // one segment left: the checksum covers the last address, which is not the header's
      packet().ipv6("fd00::1", "fd00::2").extension(43, {0, 4, 1, 0, 0, 0, 0}).tcp(40000, 443, tcp_flag::ack);
  const auto row = GENERATE_COPY(
      Row{"right, IPv4", ack4(), false}, Row{"right, IPv6", ack6(), false},
      Row{"right, with options", ack4().mss(1460).timestamps(1, 2), false},
      Row{"wrong, IPv4", ack4().tcp_checksum(0x1234), true}, Row{"wrong, IPv6", ack6().tcp_checksum(0x1234), true},
      Row{"wrong, with payload: not looked at", ack4().tcp_checksum(0x1234).payload("x"), false},
      Row{"wrong, in a fragment", ack4().fragment(0, true).tcp_checksum(0x1234), false},
      Row{"wrong, source routed", ack4().ip_options({1, 1, 1, 1}).tcp_checksum(0x1234), false},
      Row{"wrong, behind a routing header", routed.tcp_checksum(0x1234), false});
  CAPTURE(row.what);
  const PacketView view = dissected(row.packet);
  REQUIRE(view.stop.reason == StopReason::none);
  CHECK(view.packet.tcp.bad_checksum == row.bad);
}

TEST_CASE("the checksum of a quoted segment is not judged, nor that of a padded one confused", "[dissectors][tcp]") {
  const PacketView quoting =
      dissected(packet().ipv4("10.0.0.9", "10.0.0.1").unreachable(1, ack4().tcp_checksum(0x1234)));
  CHECK_FALSE(quoting.quoted.tcp.bad_checksum);
  Bytes padded = packet().ether().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2, tcp_flag::rst).build();
  padded.resize(60, 0xee);
  CHECK_FALSE(dissected(padded, LinkType{1}).packet.tcp.bad_checksum);
}
