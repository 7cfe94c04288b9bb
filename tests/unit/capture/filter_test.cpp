// Filters for frames of files; and the one that --lean gives to the kernel, run over frames of known content.
#include <array>
#include <span>
#include <vector>

#include "src/capture/frame_filter.h"
#include "src/capture/lean.h"
#include "tests/support/catch.h"
#include "tests/support/packet_builder.h"

namespace whydrop {
namespace {

constexpr std::uint16_t kUnsampled = 40000;  // with 443: no multiple of 16
constexpr std::uint16_t kSampled = 40005;

bool passes(FrameFilter& filter, const PacketBuilder& packet) {
  const Bytes bytes = packet.build();
  Frame frame = frame_of(bytes, packet.link_type());
  return !filter.keep(std::span(&frame, 1)).empty();
}

bool is_lean(const PacketBuilder& packet) {
  FrameFilter lean = FrameFilter::compile(lean_filter()).value();
  const bool kept = passes(lean, packet);
  CHECK_FALSE(lean.error());
  return kept;
}

/// Over IPv4 and IPv6.
std::vector<PacketBuilder> both() {
  return {packet().ether().ipv4("10.0.0.1", "10.0.0.2"), packet().ether().ipv6("fd00::1", "fd00::2")};
}

TEST_CASE("a filter keeps what it describes, in order, whatever the link type", "[capture]") {
  FrameFilter filter = FrameFilter::compile("host 10.0.0.1 and tcp port 443").value();
  const auto of = [](const PacketBuilder& link, std::uint16_t port) {
    return link.ipv4("10.0.0.1", "10.0.0.2").tcp(kUnsampled, port, tcp_flag::syn);
  };
  CHECK(passes(filter, of(packet().ether(), 443)));
  CHECK(passes(filter, of(packet().sll2(), 443)));
  CHECK(passes(filter, of(packet(), 443)));
  CHECK_FALSE(passes(filter, of(packet(), 80)));

  const Bytes first = of(packet().ether(), 443).build();
  const Bytes other = of(packet().ether(), 80).build();
  const LinkType ether = packet().ether().link_type();
  std::array frames = {frame_of(other, ether), frame_of(first, ether), frame_of(other, ether), frame_of(first, ether)};
  frames[1].ref = PacketRef(0, 2);
  frames[3].ref = PacketRef(0, 4);
  const auto kept = filter.keep(frames);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].ref.number() == 2);
  CHECK(kept[1].ref.number() == 4);
}

TEST_CASE("a filter that means nothing is an error, for one link type alone when its frames come", "[capture]") {
  const auto nonsense = FrameFilter::compile("tcp and and");
  REQUIRE_FALSE(nonsense);
  CHECK(nonsense.error().path == "filter 'tcp and and'");
  FrameFilter ethernet = FrameFilter::compile("ether host 02:00:00:00:00:01").value();
  CHECK(passes(ethernet, packet().ether().ipv4("10.0.0.1", "10.0.0.2").udp(1, 2)));
  CHECK_FALSE(ethernet.error());
  CHECK_FALSE(passes(ethernet, packet().ipv4("10.0.0.1", "10.0.0.2").udp(1, 2)));
  CHECK(ethernet.error());
}

TEST_CASE("lean keeps how each TCP connection begins and ends, and one in sixteen whole", "[capture]") {
  for (const PacketBuilder& ip : both()) {
    for (const std::uint8_t flags : {tcp_flag::syn, tcp_flag::fin, tcp_flag::rst}) {
      CHECK(is_lean(ip.tcp(kUnsampled, 443, flags)));
      CHECK(is_lean(ip.tcp(443, kUnsampled, static_cast<std::uint8_t>(flags | tcp_flag::ack))));
    }
    CHECK_FALSE(is_lean(ip.tcp(kUnsampled, 443, tcp_flag::ack).payload("data")));
    CHECK_FALSE(is_lean(ip.tcp(443, kUnsampled, tcp_flag::ack)));
    CHECK(is_lean(ip.tcp(kSampled, 443, tcp_flag::ack).payload("data")));
    CHECK(is_lean(ip.tcp(443, kSampled, tcp_flag::ack)));
  }
}

TEST_CASE("lean keeps questions and answers over UDP, not streams", "[capture]") {
  for (const PacketBuilder& ip : both()) {
    CHECK(is_lean(ip.udp(kUnsampled, 53).payload("question")));
    CHECK(is_lean(ip.udp(53, kUnsampled).payload("answer")));
    CHECK_FALSE(is_lean(ip.udp(kUnsampled, 5004).payload("voice")));
    CHECK(is_lean(ip.udp(kSampled, 443).payload("\x40 in the sample")));
    CHECK_FALSE(is_lean(ip.udp(kUnsampled, 443).payload("\x40 QUIC, under way")));
    CHECK(is_lean(ip.udp(kUnsampled, 443).payload(Bytes{0xc3, 0, 0, 0, 1})));
  }
}

TEST_CASE("lean keeps errors, neighbours and fragments, and no tunnel", "[capture]") {
  for (const PacketBuilder& ip : both()) {
    const auto about = ip.tcp(kUnsampled, 443, tcp_flag::syn);
    CHECK(is_lean(ip.unreachable(1, about)));
    CHECK(is_lean(ip.echo_request(1, 1)));
    CHECK(is_lean(ip.fragment(1480, false).protocol(17).payload("rest")));
    CHECK_FALSE(is_lean(ip.udp(kSampled, 4789).payload("inside")));
    CHECK_FALSE(is_lean(ip.protocol(47).payload("inside")));
  }
  CHECK(is_lean(packet().ether().arp_request("10.0.0.1", "10.0.0.2")));
}

}  // namespace
}  // namespace whydrop
