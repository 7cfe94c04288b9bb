// UDP: ports, payload, and lengths that do not fit.
#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

namespace {

PacketBuilder udp(std::uint16_t src, std::uint16_t dst) { return packet().ipv4("10.0.0.1", "10.0.0.2").udp(src, dst); }

}  // namespace

TEST_CASE("a UDP header becomes facts", "[dissectors][udp]") {
  const PacketFacts facts = dissected(udp(40000, 9999).payload("hello")).packet;
  CHECK(facts.transport == Transport::udp);
  CHECK(facts.has_ports);
  CHECK(facts.src_port == 40000);
  CHECK(facts.dst_port == 9999);
  CHECK(facts.payload_offset == 28);
  CHECK(facts.payload_len == 5);
  CHECK_FALSE(facts.has_app);
}

TEST_CASE("a UDP length is checked, and the ports stay whatever it says", "[dissectors][udp]") {
  struct Row {
    std::uint16_t length;
    StopReason reason;
    std::uint32_t payload_len;
  };
  const auto row =
      GENERATE(Row{13, StopReason::none, 5}, Row{8, StopReason::none, 0}, Row{10, StopReason::none, 2},
               Row{0, StopReason::none, 5}, Row{7, StopReason::bad_length, 5}, Row{1, StopReason::bad_length, 5},
               Row{14, StopReason::bad_length, 5}, Row{65535, StopReason::bad_length, 5});
  CAPTURE(row.length);
  const PacketView view = dissected(udp(40000, 9999).udp_length(row.length).payload("hello"));
  CHECK(view.stop.reason == row.reason);
  CHECK(view.packet.has_ports);
  CHECK(view.packet.dst_port == 9999);
  CHECK(view.packet.payload_len == row.payload_len);
}

TEST_CASE("the destination port chooses the application, the source port only if nobody claims that",
          "[dissectors][udp]") {
  const auto [src, dst, layers] = GENERATE(
      table<std::uint16_t, std::uint16_t, std::string>({{std::uint16_t{40000}, std::uint16_t{53}, "raw:ip:udp:dns"},
                                                        {std::uint16_t{53}, std::uint16_t{40000}, "raw:ip:udp:dns"},
                                                        {std::uint16_t{40000}, std::uint16_t{40001}, "raw:ip:udp"}}));
  CHECK(layer_names(dissected(udp(src, dst).dns_query("a.example"))) == layers);
}

TEST_CASE("an empty datagram to a known port is no malformed message", "[dissectors][udp]") {
  const PacketView view = dissected(udp(40000, 53));
  CHECK(layer_names(view) == "raw:ip:udp");
  CHECK(view.stop.reason == StopReason::none);
}
