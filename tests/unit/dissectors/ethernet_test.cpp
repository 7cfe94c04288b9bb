// Ethernet's short way through IPv4 and TCP reads what the layers themselves read.
#include "dissectors/link/ethernet.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

namespace {

constexpr std::size_t kEthernet = 14;

PacketBuilder segment4(std::uint8_t flags) {
  return packet().ether().ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, flags).seq(7).ack(9);
}
PacketBuilder segment6(std::uint8_t flags) {
  return packet().ether().ipv6("fd00::1", "fd00::2").tcp(40000, 443, flags).seq(7).ack(9);
}

std::vector<Bytes> segments() {
  constexpr std::uint8_t kData = tcp_flag::psh | tcp_flag::ack;
  std::vector<Bytes> all;
  for (const auto segment : {segment4, segment6}) {
    all.push_back(segment(tcp_flag::ack).build());
    all.push_back(segment(tcp_flag::ack).tcp_checksum(1).build());
    all.push_back(segment(kData).timestamps(11, 12).payload("hello").build());
    all.push_back(segment(tcp_flag::syn).mss(1460).sack_permitted().timestamps(11, 12).window_scale(7).build());
  }
  return all;
}

auto ip_said(const IpFacts& ip) {
  return std::tuple(ip.src, ip.dst, ip.version, ip.ttl, ip.protocol, ip.tos, ip.id, ip.fragment_offset,
                    ip.dont_fragment, ip.more_fragments, ip.is_fragment() ? ip.fragment_len : 0, ip.total_len);
}

auto tcp_said(const TcpFacts& tcp) {
  const bool whole = tcp.header_len != 0;
  const TcpFacts facts = whole ? tcp : TcpFacts{};
  return std::tuple(tcp.seq.value(), facts.ack.value(), facts.flags, facts.header_len, facts.window, facts.mss,
                    facts.window_scale, facts.sack_permitted, facts.has_timestamp, facts.bad_checksum,
                    facts.signed_segment, facts.sack_count, facts.has_timestamp ? facts.timestamp_value : 0,
                    facts.has_timestamp ? facts.timestamp_echo : 0);
}

/// All that a view says from the IP header on, in places that count from there.
auto said(const PacketView& view, std::size_t start) {
  const PacketFacts& facts = view.packet;
  std::vector<std::pair<std::uint8_t, std::size_t>> layers;
  for (const LayerMark& layer : std::span(view.layers).first(view.layer_count).subspan(1)) {
    layers.emplace_back(layer.dissector, layer.offset - start);
  }
  const bool is_tcp = facts.transport == Transport::tcp;
  const bool stopped = view.stop.reason != StopReason::none;
  return std::tuple(layers, view.stop.reason, stopped ? view.stop.offset - start : 0, view.stop.needed, view.stop.had,
                    facts.has_ip, facts.has_ip ? ip_said(facts.ip) : ip_said({}), facts.transport, facts.has_ports,
                    facts.src_port, facts.dst_port, is_tcp ? tcp_said(facts.tcp) : tcp_said({}),
                    facts.payload_offset == 0 ? 0 : facts.payload_offset - start, facts.payload_captured,
                    facts.payload_len);
}

/// Whether the frame is read as its IP packet is, in a capture without a link layer.
bool reads_alike(const Bytes& frame, std::size_t wire_len) {
  constexpr LinkType kEther{1};
  constexpr LinkType kRawIp{101};
  const Bytes bare(frame.begin() + kEthernet, frame.end());
  const PacketView whole = dissected(frame, kEther, wire_len);
  return said(whole, kEthernet) == said(dissected(bare, kRawIp, wire_len - kEthernet), 0);
}

/// `holds` holds for the segment with each of its bytes, from `start` on, changed to each value.
template <class Holds>
void for_every_byte(const Bytes& segment, std::size_t start, const Holds& holds) {
  for (std::size_t at = start; at < segment.size(); ++at) {
    Bytes changed = segment;
    for (unsigned value = 0; value < 256; ++value) {
      changed[at] = static_cast<std::uint8_t>(value);
      if (holds(changed)) continue;
      CAPTURE(at, value);
      FAIL();
    }
  }
}

}  // namespace

TEST_CASE("IPv4 and TCP over Ethernet read as without it, whatever a byte says", "[dissectors][ethernet]") {
  for (const Bytes& segment : segments()) {
    REQUIRE(reads_alike(segment, segment.size()));
    // Not the version: without a link layer it says which protocol this is.
    for_every_byte(segment, kEthernet + 1, [](const Bytes& changed) { return reads_alike(changed, changed.size()); });
  }
}

TEST_CASE("IPv4 and TCP over Ethernet read as without it, wherever they are cut", "[dissectors][ethernet]") {
  for (const Bytes& segment : segments()) {
    for (std::size_t captured = kEthernet + 1; captured <= segment.size(); ++captured) {
      CAPTURE(captured);
      const Bytes cut(segment.begin(), segment.begin() + static_cast<std::ptrdiff_t>(captured));
      CHECK(reads_alike(cut, segment.size()));        // by the capture
      CHECK(reads_alike(cut, cut.size()));            // by its sender
      CHECK(reads_alike(cut, segment.size() + 100));  // with padding behind it
    }
  }
}

TEST_CASE("a header length of IPv4 or TCP that its packet does not have is no short way", "[dissectors][ethernet]") {
  const auto lengths = [](std::uint8_t ip, std::uint8_t tcp) {
    Bytes frame = segment4(tcp_flag::ack).build();
    frame[kEthernet] = static_cast<std::uint8_t>(0x40U | ip);
    frame[kEthernet + 32] = static_cast<std::uint8_t>(tcp << 4U);
    return frame;
  };
  for (std::uint8_t ip = 0; ip < 16; ++ip) {
    for (std::uint8_t tcp = 0; tcp < 16; ++tcp) {
      CAPTURE(ip, tcp);
      const Bytes frame = lengths(ip, tcp);
      CHECK(reads_alike(frame, frame.size()));
    }
  }
}

TEST_CASE("the ends of a usual frame are those that its dissection finds, whatever a byte says",
          "[dissectors][ethernet]") {
  const auto agrees = [](const Bytes& bytes, std::size_t wire_len) {
    Frame frame = frame_of(bytes, LinkType{1});
    frame.wire_len = static_cast<std::uint32_t>(wire_len);
    const auto ends = usual_ends(frame);
    if (!ends) return true;
    const PacketFacts facts = dissected(bytes, LinkType{1}, wire_len).packet;
    return facts.transport == Transport::tcp && facts.has_ports && !facts.ip.is_fragment() &&
           ends->src == facts.ip.src.words() && ends->dst == facts.ip.dst.words() && ends->src_port == facts.src_port &&
           ends->dst_port == facts.dst_port;
  };
  for (const Bytes& segment : segments()) {
    REQUIRE(usual_ends(frame_of(segment, LinkType{1})));
    CHECK_FALSE(usual_ends(frame_of(segment, LinkType{113})));
    for_every_byte(segment, 0, [&](const Bytes& changed) { return agrees(changed, changed.size()); });
    for (std::size_t captured = 0; captured <= segment.size(); ++captured) {
      const Bytes cut(segment.begin(), segment.begin() + static_cast<std::ptrdiff_t>(captured));
      CHECK(agrees(cut, segment.size()));
      CHECK(agrees(cut, cut.size()));
    }
  }
}

TEST_CASE("a segment says what its dissection finds, and nothing else was to be found, whatever a byte says",
          "[dissectors][ethernet]") {
  int read = 0;
  const auto agrees = [&](const Bytes& bytes, std::size_t wire_len) {
    const Bytes exact(bytes.begin(), bytes.end());  // so that a sanitizer sees each byte read beyond them
    Frame frame = frame_of(exact, LinkType{1});
    frame.wire_len = static_cast<std::uint32_t>(wire_len);
    Segment segment;
    if (!dissectors().read_segment(frame, segment)) return true;
    ++read;
    const auto ends = usual_ends(frame);
    const PacketView view = dissected(bytes, LinkType{1}, wire_len);
    const PacketFacts& packet = view.packet;
    const TcpFacts& tcp = packet.tcp;
    const bool nothing_else = view.tunnel.depth == 0 && view.vlan == 0 &&
                              view.witness.source == Witness::Source::none && !packet.ip.is_fragment() &&
                              tcp.sack_count == 0 && !tcp.signed_segment && tcp.mss == 0 && !tcp.sack_permitted &&
                              tcp.window_scale == TcpFacts::kNoWindowScale;
    const SegmentFacts& facts = segment.facts;
    return nothing_else && ends && segment.ends.src == ends->src && segment.ends.dst == ends->dst &&
           segment.ends.src_port == ends->src_port && segment.ends.dst_port == ends->dst_port && facts.seq == tcp.seq &&
           facts.ack == tcp.ack && facts.flags == tcp.flags && facts.window == tcp.window &&
           facts.payload_len == packet.payload_len && facts.ip_id == packet.ip.id && facts.ttl == packet.ip.ttl &&
           facts.dont_fragment == packet.ip.dont_fragment && facts.bad_checksum == tcp.bad_checksum &&
           facts.timestamp_value == (tcp.has_timestamp ? tcp.timestamp_value : 0);
  };
  for (const Bytes& segment : segments()) {
    for_every_byte(segment, 0, [&](const Bytes& changed) { return agrees(changed, changed.size()); });
    for (std::size_t captured = 0; captured <= segment.size(); ++captured) {
      const Bytes cut(segment.begin(), segment.begin() + static_cast<std::ptrdiff_t>(captured));
      CHECK(agrees(cut, segment.size()));
      CHECK(agrees(cut, cut.size()));
    }
  }
  CHECK(read > 50'000);
}

TEST_CASE("what a capture says of a frame besides its bytes has it dissected", "[dissectors][ethernet]") {
  const Bytes bytes = segment4(tcp_flag::ack).build();
  const Frame plain = frame_of(bytes, LinkType{1});
  Segment segment;
  CHECK(dissectors().read_segment(plain, segment));
  Frame dropped = plain;
  dropped.verdict = FrameVerdict::dropped;
  CHECK_FALSE(dissectors().read_segment(dropped, segment));
  Frame met_twice = plain;
  met_twice.packet_id = 7;
  CHECK_FALSE(dissectors().read_segment(met_twice, segment));
  Frame other = plain;
  other.link_type = LinkType{113};
  CHECK_FALSE(dissectors().read_segment(other, segment));
}

TEST_CASE("a frame without a VLAN tag has none, although one before it had", "[dissectors][ethernet]") {
  PacketView view;
  const Bytes tagged = packet().ether().vlan(42).ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::syn).build();
  dissect(dissectors(), frame_of(tagged, LinkType{1}), view);
  CHECK(view.vlan == 42);
  const Bytes plain = segment4(tcp_flag::syn).build();
  dissect(dissectors(), frame_of(plain, LinkType{1}), view);
  CHECK(view.vlan == 0);
}
