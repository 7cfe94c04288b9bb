// What must hold for every packet that we can read: checked over all samples.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "tests/support/catch.h"
#include "tests/support/packet_invariants.h"
#include "tests/support/packet_samples.h"
#include "tests/support/packet_text.h"
#include "tests/unit/dissectors/dissected.h"

using namespace whydrop;

namespace {

std::string all_said(const PacketView& view) {
  const PacketFacts& packet = view.packet;
  return fmt::format("{}payload {} {} {}\n", described(dissectors(), view), packet.payload_offset,
                     packet.payload_captured, packet.payload_len);
}

/// Says its own length, so that a frame may be longer than it.
bool passes_ip(const PacketView& view) {
  return std::ranges::any_of(std::span(view.layers).first(view.layer_count), [](const LayerMark& layer) {
    const DissectorId id{layer.dissector};
    return id == DissectorId::ipv4 || id == DissectorId::ipv6;
  });
}

}  // namespace

TEST_CASE("every good packet is read through all of its layers", "[dissectors][property]") {
  for (const PacketSample& sample : packet_samples()) {
    CAPTURE(sample.name);
    const PacketView view = dissected(sample.bytes, sample.link_type);
    CHECK(layer_names(view) == sample.layers);
    CHECK(name(view.stop.reason) == name(StopReason::none));
  }
}

TEST_CASE("every prefix of a good packet is cut, never malformed", "[dissectors][property]") {
  for (const PacketSample& sample : packet_samples()) {
    const Bytes& whole = sample.bytes;
    for (std::size_t captured = 0; captured < whole.size(); ++captured) {
      CAPTURE(sample.name, captured);
      const PacketView view = dissected_prefix(whole, sample.link_type, captured);
      // Payload that nobody reads may be missing unnoticed.
      const bool cut = view.stop.reason == StopReason::cut || view.stop.reason == StopReason::none;
      CHECK(cut);
      if (captured == 0) CHECK(view.stop.reason == StopReason::cut);
    }
  }
}

TEST_CASE("a prefix says nothing that the whole packet would not say", "[dissectors][property]") {
  for (const PacketSample& sample : packet_samples()) {
    const Bytes& whole = sample.bytes;
    const PacketView full = dissected(sample.bytes, sample.link_type);
    for (std::size_t captured = 0; captured < whole.size(); ++captured) {
      CAPTURE(sample.name, captured);
      const PacketView view = dissected_prefix(whole, sample.link_type, captured);
      CHECK(view.layer_count <= full.layer_count);
      if (view.tunnel.depth != full.tunnel.depth) continue;  // what is found so far is the carrier
      if (view.packet.has_ip) CHECK(view.packet.ip.src == full.packet.ip.src);
      if (view.packet.has_ports) CHECK(view.packet.dst_port == full.packet.dst_port);
      if (view.packet.transport != Transport::none && full.packet.transport != Transport::nd)
        CHECK(view.packet.transport == full.packet.transport);
      if (view.packet.payload_len != 0) CHECK(view.packet.payload_len == full.packet.payload_len);
    }
  }
}

TEST_CASE("every one-byte change is survived, and no promise broken", "[dissectors][property]") {
  for (const PacketSample& sample : packet_samples()) {
    const Bytes& whole = sample.bytes;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      Bytes changed = whole;
      for (unsigned value = 0; value < 256; ++value) {
        changed[at] = static_cast<std::uint8_t>(value);
        const PacketView view = dissected(changed, sample.link_type);
        const auto broken = broken_promise(view, frame_of(changed, sample.link_type));
        if (broken.empty()) continue;
        CAPTURE(sample.name, at, value, broken);
        FAIL();
      }
    }
  }
}

TEST_CASE("every dissector has a sample that passes it", "[dissectors][property]") {
  std::string met = ":";
  for (const PacketSample& sample : packet_samples())
    met += layer_names(dissected(sample.bytes, sample.link_type)) + ":";
  for (std::size_t index = 1; index < dissectors().size(); ++index) {
    const std::string name(dissectors()[static_cast<std::uint8_t>(index)].name);
    CAPTURE(name);
    CHECK(met.find(":" + name + ":") != std::string::npos);
  }
}

TEST_CASE("what lies behind the length that IP claims says nothing about the packet", "[dissectors][property]") {
  std::minstd_rand random(1);
  std::size_t padded = 0;
  for (const PacketSample& sample : packet_samples()) {
    const PacketView bare = dissected(sample.bytes, sample.link_type);
    if (!passes_ip(bare)) continue;
    CAPTURE(sample.name);
    for (const std::size_t length : {1U, 18U, 200U}) {
      Bytes longer = sample.bytes;
      std::generate_n(std::back_inserter(longer), length, [&] { return static_cast<std::uint8_t>(random() >> 8U); });
      CHECK(all_said(dissected(longer, sample.link_type)) == all_said(bare));
      ++padded;
    }
  }
  CHECK(padded > 0);
}
