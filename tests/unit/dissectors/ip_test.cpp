// IPv4, IPv6 and the headers between them and the transport.
#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

namespace {

PacketBuilder ip4() { return packet().ipv4("10.0.0.1", "10.0.0.2"); }
PacketBuilder ip6() { return packet().ipv6("fd00::1", "fd00::2"); }
const Bytes kOspf{2, 1, 0, 44, 10, 0, 0, 1};
const Bytes kEightBytes{0, 1, 4, 0, 0, 0, 0};  // an extension header without its first byte: length 0, PadN

}  // namespace

TEST_CASE("an IPv4 header becomes facts", "[dissectors][ip]") {
  const PacketView view = dissected(ip4().ttl(63).tos(0xb8).id(0xbeef).dont_fragment().udp(1, 2).payload_len(10));
  const IpFacts& ip = view.packet.ip;
  REQUIRE(view.packet.has_ip);
  CHECK(to_string(ip.src) == "10.0.0.1");
  CHECK(to_string(ip.dst) == "10.0.0.2");
  CHECK(ip.version == 4);
  CHECK(ip.ttl == 63);
  CHECK(ip.tos == 0xb8);
  CHECK(ip.id == 0xbeef);
  CHECK(ip.protocol == 17);
  CHECK(ip.dont_fragment);
  CHECK_FALSE(ip.is_fragment());
  CHECK(ip.total_len == 38);
}

TEST_CASE("an IPv6 header becomes facts, with the upper protocol behind all extensions", "[dissectors][ip]") {
  const PacketView view =
      dissected(ip6().ttl(63).tos(0xb8).extension(0, kEightBytes).extension(60, kEightBytes).udp(1, 2).payload_len(10));
  const IpFacts& ip = view.packet.ip;
  REQUIRE(view.packet.has_ip);
  CHECK(to_string(ip.src) == "fd00::1");
  CHECK(to_string(ip.dst) == "fd00::2");
  CHECK(ip.version == 6);
  CHECK(ip.ttl == 63);
  CHECK(ip.tos == 0xb8);
  CHECK(ip.id == 0);
  CHECK(ip.protocol == 17);
  CHECK(ip.dont_fragment);
  CHECK_FALSE(ip.is_fragment());
  CHECK(ip.total_len == 74);
  CHECK(view.packet.payload_len == 10);
}

TEST_CASE("padding behind an IP packet is no payload", "[dissectors][ip]") {
  const auto ip = GENERATE(packet().ether().ipv4("10.0.0.1", "10.0.0.2"), packet().ether().ipv6("fd00::1", "fd00::2"));
  Bytes bytes = ip.tcp(1, 2, tcp_flag::ack).build();
  bytes.resize(bytes.size() + 6);
  const PacketView view = dissected(bytes, LinkType{1});
  CHECK(view.packet.payload_len == 0);
  CHECK(view.packet.transport == Transport::tcp);
}

TEST_CASE("a length of zero means the rest of the frame", "[dissectors][ip]") {
  const PacketView v4 = dissected(ip4().ip_length(0).tcp(1, 2, tcp_flag::ack).payload_len(100));
  CHECK(v4.packet.payload_len == 100);
  CHECK(v4.packet.ip.total_len == 140);
  const PacketView v6 = dissected(ip6().ip_length(0).tcp(1, 2, tcp_flag::ack).payload_len(100));
  CHECK(v6.packet.payload_len == 100);
  CHECK(v6.packet.ip.total_len == 160);
}

TEST_CASE("a lying IP header is malformed, and its addresses stay", "[dissectors][ip]") {
  struct Row {
    std::string_view what;
    PacketBuilder packet;
    std::size_t at;  // byte to change, or npos
    std::uint8_t value;
    StopReason reason;
    bool has_ip;
  };
  const auto row =
      GENERATE(Row{"IPv4 header below five words", ip4().udp(1, 2), 0, 0x44, StopReason::bad_length, false},
               Row{"IPv4 header beyond the packet", ip4().udp(1, 2), 0, 0x4f, StopReason::bad_length, true},
               Row{"IPv4 length below its header", ip4().ip_length(19).udp(1, 2), 8, 64, StopReason::bad_length, true},
               Row{"IPv4 length below its options", ip4().ip_options({1, 1, 1, 1}).ip_length(23).udp(1, 2), 8, 64,
                   StopReason::bad_length, true},
               Row{"IPv4 length beyond the frame", ip4().ip_length(29).udp(1, 2), 8, 64, StopReason::bad_length, true},
               Row{"IPv4 in name only", ip4().udp(1, 2), 0, 0x65, StopReason::bad_length, false},
               Row{"IPv6 length beyond the frame", ip6().ip_length(9).udp(1, 2), 7, 64, StopReason::bad_length, true},
               Row{"IPv6 header alone, length of more", ip6().ip_length(1), 7, 64, StopReason::bad_length, true});
  CAPTURE(row.what);
  Bytes bytes = row.packet.build();
  bytes[row.at] = row.value;
  const PacketView view = dissected(bytes, LinkType{101});
  CHECK(name(view.stop.reason) == name(row.reason));
  CHECK(view.packet.has_ip == row.has_ip);
  CHECK_FALSE(view.packet.has_ports);
}

TEST_CASE("the first fragment is read on, a later one ends with its IP facts", "[dissectors][ip]") {
  const auto ip = GENERATE(ip4(), ip6());
  const PacketView first = dissected(ip.id(99).fragment(0, true).udp(1, 2).udp_length(2000).payload_len(24));
  CHECK(first.stop.reason == StopReason::none);
  CHECK(first.packet.ip.more_fragments);
  CHECK(first.packet.ip.id == 99);
  CHECK(first.packet.ip.fragment_offset == 0);
  CHECK(first.packet.ip.is_fragment());
  CHECK(first.packet.has_ports);
  CHECK(first.packet.payload_len == 24);

  const PacketView later = dissected(ip.id(99).fragment(1480, false).protocol(17).payload_len(24));
  CHECK(later.stop.reason == StopReason::none);
  CHECK_FALSE(later.packet.ip.more_fragments);
  CHECK(later.packet.ip.fragment_offset == 1480);
  CHECK(later.packet.ip.is_fragment());
  CHECK(later.packet.ip.protocol == 17);
  CHECK(later.packet.transport == Transport::none);
  CHECK_FALSE(later.packet.has_ports);
}

TEST_CASE("what a first fragment lacks is in the next one, not wrong", "[dissectors][ip]") {
  struct Row {
    std::string_view what;
    PacketBuilder packet;
    std::uint8_t tcp_header_len;
  };
  const Bytes half_a_query{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'w', 'w', 'w'};
  const auto row = GENERATE_COPY(
      Row{"half a UDP header", ip4().fragment(0, true).protocol(17).payload_len(4), 0},
      Row{"half a DNS message", ip6().fragment(0, true).udp(40000, 53).udp_length(60).payload(half_a_query), 0},
      Row{"TCP without its options", ip4().fragment(0, true).tcp(1, 2, tcp_flag::syn).tcp_header_len(40), 40});
  CAPTURE(row.what);
  const PacketView view = dissected(row.packet);
  CHECK(name(view.stop.reason) == name(StopReason::cut));
  if (view.packet.transport == Transport::tcp) CHECK(view.packet.tcp.header_len == row.tcp_header_len);
}

TEST_CASE("the largest fragment offset is read without its flags", "[dissectors][ip]") {
  CHECK(dissected(ip4().fragment(65528, true).payload_len(8)).packet.ip.fragment_offset == 65528);
  CHECK(dissected(ip6().fragment(65528, true).payload_len(8)).packet.ip.fragment_offset == 65528);
}

TEST_CASE("an IPv6 fragment header that fragments nothing does not hide the transport", "[dissectors][ip]") {
  const PacketView view = dissected(ip6().fragment(0, false).udp(1, 2));
  CHECK_FALSE(view.packet.ip.is_fragment());
  CHECK(view.packet.has_ports);
}

TEST_CASE("an extension header longer than the packet is malformed", "[dissectors][ip]") {
  const Bytes too_long{9, 1, 4, 0, 0, 0, 0};
  const auto number = GENERATE(std::uint8_t{0}, std::uint8_t{43}, std::uint8_t{60}, std::uint8_t{135},
                               std::uint8_t{139}, std::uint8_t{140}, std::uint8_t{51});
  const PacketView view = dissected(ip6().extension(number, too_long).udp(1, 2));
  CAPTURE(int{number});
  CHECK(view.stop.reason == StopReason::bad_length);
  CHECK(view.packet.has_ip);
}

TEST_CASE("an authentication header below its own minimum is malformed", "[dissectors][ip]") {
  CHECK(dissected(ip4().extension(51, Bytes{0, 0, 0, 0, 0, 0, 0}).udp(1, 2)).stop.reason == StopReason::bad_length);
}

TEST_CASE("a jumbogram is as long as its option says", "[dissectors][ip]") {
  struct Row {
    std::string_view what;
    Bytes option;
    StopReason reason;
    std::uint32_t payload_len;
  };
  const auto row = GENERATE(Row{"all of it", {0, 0xc2, 4, 0, 1, 0x11, 0x80}, StopReason::none, 70000},
                            Row{"padding behind it", {0, 0xc2, 4, 0, 1, 0x11, 0x7f}, StopReason::none, 69999},
                            Row{"more than there is", {0, 0xc2, 4, 0, 1, 0x11, 0x81}, StopReason::bad_length, 0},
                            Row{"no more than others", {0, 0xc2, 4, 0, 0, 0xff, 0xff}, StopReason::bad_value, 0},
                            Row{"an option of another length", {0, 0xc2, 3, 0, 1, 1, 0}, StopReason::none, 70000});
  CAPTURE(row.what);
  const PacketView view =
      dissected(ip6().ip_length(0).extension(0, row.option).udp(1, 2).udp_length(0).payload_len(70000));
  CHECK(view.stop.reason == row.reason);
  CHECK(view.packet.payload_len == row.payload_len);
  if (row.reason == StopReason::none) CHECK(view.packet.ip.total_len == 40 + 16 + row.payload_len);
}

TEST_CASE("what IP carries without our reading it is another transport, nothing is none", "[dissectors][ip]") {
  struct Row {
    std::uint8_t protocol;
    Transport transport;
    StopReason reason;
  };
  const auto row = GENERATE(Row{50, Transport::esp, StopReason::none}, Row{59, Transport::none, StopReason::none},
                            Row{89, Transport::other, StopReason::none}, Row{2, Transport::other, StopReason::none},
                            Row{46, Transport::other, StopReason::unknown_next},
                            Row{253, Transport::other, StopReason::unknown_next});
  CAPTURE(int{row.protocol});
  const PacketView view = dissected(ip6().protocol(row.protocol).payload(kOspf));
  CHECK(view.packet.transport == row.transport);
  CHECK(view.stop.reason == row.reason);
  CHECK(view.packet.ip.protocol == row.protocol);
}

TEST_CASE("an endless chain of extension headers ends at the layer limit", "[dissectors][ip]") {
  PacketBuilder chain = ip6();
  for (int i = 0; i < 20; ++i) chain = chain.extension(60, kEightBytes);
  CHECK(dissected(chain.udp(1, 2)).stop.reason == StopReason::too_deep);
}
