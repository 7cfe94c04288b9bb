// ICMP and ICMPv6: echo, errors, and the packets that errors quote.
#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

namespace {

PacketBuilder back4() { return packet().ipv4("10.9.0.1", "10.0.0.1"); }
PacketBuilder back6() { return packet().ipv6("fd00::9", "fd00::1"); }
PacketBuilder syn4() { return packet().ether().ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::syn).seq(1000); }
PacketBuilder syn6() { return packet().ether().ipv6("fd00::1", "fd00::2").tcp(40000, 443, tcp_flag::syn).seq(1000); }

}  // namespace

TEST_CASE("an echo carries its identifier, number and payload", "[dissectors][icmp]") {
  const auto ip = GENERATE(packet().ipv4("10.0.0.1", "10.0.0.2"), packet().ipv6("fd00::1", "fd00::2"));
  const PacketView request = dissected(ip.echo_request(0xabcd, 3).payload_len(56));
  const bool v4 = request.packet.ip.version == 4;
  CHECK(request.packet.transport == (v4 ? Transport::icmp : Transport::icmp6));
  CHECK(request.packet.icmp.type == (v4 ? 8 : 128));
  CHECK(request.packet.icmp.echo_id == 0xabcd);
  CHECK(request.packet.icmp.echo_seq == 3);
  CHECK(request.packet.payload_len == 56);
  CHECK_FALSE(request.packet.is_icmp_error);
  CHECK_FALSE(request.packet.has_ports);
  CHECK(dissected(ip.echo_reply(0xabcd, 3)).packet.icmp.type == (v4 ? 0 : 129));
}

TEST_CASE("an error quotes the packet that it speaks about", "[dissectors][icmp]") {
  const auto [error, type, code] = GENERATE(table<PacketBuilder, std::uint8_t, std::uint8_t>(
      {{back4().unreachable(13, syn4()), std::uint8_t{3}, std::uint8_t{13}},
       {back4().time_exceeded(syn4()), std::uint8_t{11}, std::uint8_t{0}},
       {back4().icmp(12, 0).quote(syn4()), std::uint8_t{12}, std::uint8_t{0}},
       {back6().unreachable(1, syn6()), std::uint8_t{1}, std::uint8_t{1}},
       {back6().time_exceeded(syn6()), std::uint8_t{3}, std::uint8_t{0}},
       {back6().icmp(4, 1).quote(syn6()), std::uint8_t{4}, std::uint8_t{1}}}));
  const PacketView view = dissected(error);
  CAPTURE(int{type}, int{view.packet.ip.version});
  CHECK(view.stop.reason == StopReason::none);
  CHECK(view.packet.is_icmp_error);
  CHECK(view.packet.icmp.type == type);
  CHECK(view.packet.icmp.code == code);
  CHECK(view.packet.icmp.mtu == 0);
  CHECK_FALSE(view.packet.has_ports);
  REQUIRE(view.has_quote);
  CHECK(view.quoted.transport == Transport::tcp);
  CHECK(view.quoted.src_port == 40000);
  CHECK(view.quoted.dst_port == 443);
  CHECK(view.quoted.tcp.seq == TcpSeq{1000});
  CHECK(view.quoted.tcp.has(tcp_flag::syn));
  CHECK(view.quoted.ip.dst != view.packet.ip.dst);
}

TEST_CASE("eight quoted bytes of TCP are enough for ports and sequence number", "[dissectors][icmp]") {
  const PacketView view = dissected(back4().icmp(3, 1).quote(syn4(), 28));
  CHECK(view.stop.reason == StopReason::cut);
  CHECK(view.quoted.has_ports);
  CHECK(view.quoted.tcp.seq == TcpSeq{1000});
  CHECK(view.quoted.tcp.header_len == 0);
}

TEST_CASE("the MTU is read where the error has one", "[dissectors][icmp]") {
  CHECK(dissected(back4().too_big(1400, syn4())).packet.icmp.mtu == 1400);
  CHECK(dissected(back4().too_big(0, syn4())).packet.icmp.mtu == 0);  // a router older than RFC 1191
  CHECK(dissected(back6().too_big(1280, syn6())).packet.icmp.mtu == 1280);
  CHECK(dissected(back4().icmp(3, 1, 1400).quote(syn4())).packet.icmp.mtu == 0);
}

TEST_CASE("a quoted length tells how large the packet was", "[dissectors][icmp]") {
  const auto large = packet().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2, tcp_flag::ack).payload_len(1460);
  const PacketView view = dissected(back4().icmp(3, 4, 1400).quote(large, 68));
  CHECK(view.quoted.ip.total_len == 1500);
  CHECK(view.quoted.payload_len == 1460);
  CHECK(view.quoted.payload_captured == 28);
}

TEST_CASE("what an error quotes may be anything", "[dissectors][icmp]") {
  const auto fragment = packet().ipv4("10.0.0.1", "10.0.0.2").fragment(1480, false).protocol(17).payload_len(8);
  const auto ping = packet().ipv4("10.0.0.1", "10.0.0.2").echo_request(7, 1);
  struct Row {
    std::string_view what;
    PacketBuilder packet;
    StopReason reason;
    bool has_ip;
    Transport transport;
  };
  const auto row = GENERATE_COPY(
      Row{"nothing", back4().icmp(3, 1), StopReason::cut, false, Transport::none},
      Row{"half an IP header", back4().icmp(3, 1).quote(syn4(), 19), StopReason::cut, false, Transport::none},
      Row{"a fragment", back4().unreachable(1, fragment), StopReason::none, true, Transport::none},
      Row{"a ping", back4().unreachable(1, ping), StopReason::none, true, Transport::icmp},
      Row{"an unknown protocol", back4().unreachable(2, packet().ipv4("10.0.0.1", "10.0.0.2").payload_len(8)),
          StopReason::unknown_next, true, Transport::other},
      Row{"IPv6 in ICMP", back4().unreachable(1, syn6()), StopReason::bad_version, false, Transport::none},
      Row{"an error", back4().unreachable(1, back4().unreachable(1, syn4())), StopReason::none, true, Transport::icmp});
  CAPTURE(row.what);
  const PacketView view = dissected(row.packet);
  CHECK(view.packet.is_icmp_error);
  CHECK(view.has_quote);
  CHECK(name(view.stop.reason) == name(row.reason));
  CHECK(view.quoted.has_ip == row.has_ip);
  CHECK(view.quoted.transport == row.transport);
  CHECK_FALSE(view.quoted.has_ports);
  CHECK(to_string(view.packet.ip.src) == "10.9.0.1");
}

TEST_CASE("an extended error (RFC 4884) is quoted up to the quoted packet's own length", "[dissectors][icmp]") {
  const auto lookup = packet().ipv4("10.0.0.1", "10.0.0.2").udp(40000, 9999).payload("hello");
  Bytes quote = lookup.build();
  quote.resize(128);
  quote.insert(quote.end(), {0x20, 0, 0, 0, 0, 8, 1, 1, 0, 0, 0x11, 0x40});  // an MPLS label stack object
  const PacketView view = dissected(back4().icmp(11, 0, 0x00200000).payload(quote));
  CHECK(view.stop.reason == StopReason::none);
  CHECK(view.quoted.payload_len == 5);
}

TEST_CASE("redirects and source quenches are no errors: the packet went on", "[dissectors][icmp]") {
  const auto type = GENERATE(std::uint8_t{4}, std::uint8_t{5});
  const PacketView view = dissected(back4().icmp(type, 1).quote(syn4()));
  CHECK(view.packet.transport == Transport::icmp);
  CHECK(view.packet.icmp.type == type);
  CHECK_FALSE(view.packet.is_icmp_error);
  CHECK_FALSE(view.has_quote);
}

TEST_CASE("an ICMP message shorter than eight bytes is malformed", "[dissectors][icmp]") {
  const auto ip =
      GENERATE(packet().ipv4("10.0.0.1", "10.0.0.2").protocol(1), packet().ipv6("fd00::1", "fd00::2").protocol(58));
  const PacketView view = dissected(ip.payload_len(7));
  CHECK(view.stop.reason == StopReason::bad_length);
  CHECK(view.packet.transport == Transport::none);
}
