// The packet builder: what tests of every floor rest on, so that it is checked byte by byte.
#include "tests/support/packet_builder.h"

#include <stdexcept>

#include "tests/support/catch.h"

using namespace whydrop;

namespace {

PacketBuilder syn() {
  return packet().ether().ipv4("10.9.1.2", "10.9.2.2").tcp(40000, 443, tcp_flag::syn).seq(1000).mss(1460);
}

}  // namespace

TEST_CASE("a built SYN is the packet that a host would send", "[builder]") {
  const Bytes expected{0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00,  // Ethernet
                       0x45, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x40, 0x06, 0x63, 0xb7,              // IPv4
                       0x0a, 0x09, 0x01, 0x02, 0x0a, 0x09, 0x02, 0x02,                                      //
                       0x9c, 0x40, 0x01, 0xbb, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00, 0x00, 0x00, 0x60, 0x02,  // TCP
                       0xff, 0xff, 0xdf, 0x2d, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4};
  CHECK(syn().build() == expected);
  CHECK(syn().link_type() == LinkType{1});
}

TEST_CASE("a builder is a value: going on with it leaves it as it was", "[builder]") {
  const PacketBuilder base = syn();
  const Bytes before = base.build();
  CHECK(base.ttl(3).payload("x").build() != before);
  CHECK(base.build() == before);
}

TEST_CASE("a field goes to the last layer that has it", "[builder]") {
  const Bytes tunnel = packet().ipv4("1.1.1.1", "2.2.2.2").ttl(9).ipv4("3.3.3.3", "4.4.4.4").ttl(7).udp(1, 2).build();
  CHECK(tunnel[8] == 9);
  CHECK(tunnel[20 + 8] == 7);
}

TEST_CASE("a lie stays where it was put, the rest is right", "[builder]") {
  const Bytes bytes =
      packet().ipv4("10.0.0.1", "10.0.0.2").ip_length(999).udp(1, 2).udp_length(3).payload("hi").build();
  CHECK(bytes.size() == 30);
  CHECK((bytes[2] << 8 | bytes[3]) == 999);
  CHECK((bytes[24] << 8 | bytes[25]) == 3);
}

TEST_CASE("a quote begins with the IP header and may be cut", "[builder]") {
  const Bytes quoting = packet().ipv4("10.0.0.9", "10.0.0.1").icmp(3, 1).quote(syn(), 28).build();
  const Bytes whole = syn().build();
  REQUIRE(quoting.size() == 20 + 8 + 28);
  CHECK(Bytes(quoting.begin() + 28, quoting.end()) == Bytes(whole.begin() + 14, whole.begin() + 42));
}

TEST_CASE("a field without its layer, and text that is no address, are errors of the test", "[builder]") {
  CHECK_THROWS_AS(packet().ether().ttl(3), std::logic_error);
  CHECK_THROWS_AS(packet().ether().ipv4("10.0.0.1", "10.0.0.2").seq(3), std::logic_error);
  CHECK_THROWS_AS(packet().ether().tcp(1, 2, 0).build(), std::logic_error);
  CHECK_THROWS_AS(packet().ipv4("10.0.0.1", "somewhere"), std::logic_error);
}
