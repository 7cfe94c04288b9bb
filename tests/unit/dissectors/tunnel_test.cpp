// Tunnels: what carries what, how deep, and what stays of the carrier. Each tunnel's own frames are in tests/frames.
#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

namespace {

PacketBuilder syn() { return packet().ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::syn); }

PacketBuilder carried(const PacketBuilder& inner, unsigned times) {
  PacketBuilder whole = inner;
  for (unsigned i = 0; i < times; ++i)
    whole = packet().ipv4("10.9.0.1", "10.9.0." + std::to_string(i + 2)).protocol(4).payload(whole.build());
  return whole;
}

PacketBuilder over_udp(std::uint16_t src, std::uint16_t dst, const Bytes& header, const PacketBuilder& inner) {
  Bytes payload = header;
  const Bytes rest = inner.build();
  payload.insert(payload.end(), rest.begin(), rest.end());
  return packet().ipv4("10.8.0.1", "10.8.0.2").udp(src, dst).payload(payload);
}

const Bytes kGeneve{0, 0, 0x08, 0, 0, 0, 7, 0};
const Bytes kGtp{0x30, 0xff, 0, 40, 0, 0, 0, 9};

}  // namespace

TEST_CASE("of tunnels in tunnels the nearest one is remembered", "[dissectors][tunnel]") {
  const PacketView view = dissected(carried(syn(), 3));
  CHECK(view.stop.reason == StopReason::none);
  CHECK(view.tunnel.depth == 3);
  CHECK(to_string(view.tunnel.dst) == "10.9.0.2");
  CHECK(to_string(view.packet.ip.dst) == "10.0.0.2");
  CHECK(view.packet.dst_port == 443);
}

TEST_CASE("a nest of tunnels ends where the layers do", "[dissectors][tunnel]") {
  // raw:ip, seven times ipip:ip, and no room for TCP
  CHECK(dissected(carried(syn(), 6)).stop.reason == StopReason::none);
  const PacketView view = dissected(carried(syn(), 7));
  CHECK(view.stop.reason == StopReason::too_deep);
  CHECK(view.layer_count == PacketView::kMaxLayers);
  CHECK(view.packet.has_ip);
  CHECK(view.packet.transport == Transport::none);
  CHECK(dissected(carried(syn(), 200)).stop.reason == StopReason::too_deep);
}

TEST_CASE("an error about a carrier leaves the tunnel in which it came", "[dissectors][tunnel]") {
  const PacketBuilder error = packet().ipv4("10.7.0.1", "10.0.0.1").unreachable(1, over_udp(2152, 2152, kGtp, syn()));
  const PacketView view = dissected(over_udp(50000, 6081, kGeneve, error));
  CHECK(view.tunnel.depth == 1);
  CHECK(view.tunnel.id == 7);
  REQUIRE(view.has_quote);
  CHECK(view.quoted.transport == Transport::udp);
  CHECK(view.quoted.dst_port == 2152);
  CHECK(to_string(view.quoted.ip.dst) == "10.8.0.2");
}

TEST_CASE("a carrier's first fragment shows the start of the packet inside", "[dissectors][tunnel]") {
  const Bytes inner = packet().ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::ack).payload_len(1400).build();
  const Bytes start(inner.begin(), inner.begin() + 800);
  const PacketView first =
      dissected(packet().ipv4("10.9.0.1", "10.9.0.2").fragment(0, true).protocol(4).payload(start));
  CHECK(first.stop.reason == StopReason::none);
  CHECK(first.packet.dst_port == 443);
  CHECK(first.packet.payload_len == 1400);
  CHECK(first.packet.payload_captured == 760);
  // Without the fragment bit the same bytes contradict themselves.
  const PacketView whole = dissected(packet().ipv4("10.9.0.1", "10.9.0.2").protocol(4).payload(start));
  CHECK(whole.stop.reason == StopReason::bad_length);
}

TEST_CASE("where nobody reads what a tunnel carries, the carrier is the packet", "[dissectors][tunnel]") {
  const Bytes unknown{0, 0, 0x88, 0xb5, 0, 0, 7, 0};
  const PacketView view = dissected(over_udp(50000, 6081, unknown, syn()));
  CHECK(view.stop.reason == StopReason::unknown_next);
  CHECK(view.tunnel.depth == 0);
  CHECK(view.packet.dst_port == 6081);
}
