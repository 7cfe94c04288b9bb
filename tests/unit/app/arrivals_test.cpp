// A table that reads of a packet no more than it needs finds the same flows as one that is handed all of it.
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dissectors/registry.h"
#include "src/flow/table.h"
#include "src/report/fact_io.h"
#include "src/report/record_fields.h"
#include "tests/support/catch.h"
#include "tests/support/packet_builder.h"
#include "tests/unit/app/everything.h"

namespace whydrop {
namespace {

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 28U;

std::vector<Frame> frames_of(const std::vector<FilePacket>& packets) {
  std::vector<Frame> frames;
  for (const FilePacket& packet : packets) {
    Frame& frame = frames.emplace_back(frame_of(packet.bytes, LinkType{1}));
    frame.ref = PacketRef(0, frames.size());
    frame.time = packet.time;
    if (packet.wire_len != 0) frame.wire_len = packet.wire_len;
    constexpr std::array kDirections{FrameDirection::unknown, FrameDirection::inbound, FrameDirection::outbound};
    frame.direction = kDirections[frames.size() / 1000 % kDirections.size()];
  }
  return frames;
}

std::vector<std::string> flows_of(const FlowTable& table) {
  std::vector<std::string> flows;
  FlowDetail recalled;
  for (const FlowRecord* record : table.ordered()) {
    Json json;
    FactWriter io(json, record->initiator);
    identity_fields(io, *record);
    count_fields(io, *record);
    facts_fields(io, *record, table.detail(*record, recalled));
    flows.push_back(json.dump());
  }
  return flows;
}

struct Tables {
  FlowTable brief{dissectors(), kPlenty, [](const FlowRecord&, Held, Time) {}};
  FlowTable whole{dissectors(), kPlenty, [](const FlowRecord&, Held, Time) {}};

  void add(std::span<const Frame> frames) {
    brief.add(frames);
    for (const Frame& frame : frames) {
      PacketView view;
      dissect(dissectors(), frame, view);
      whole.add(frame, view);
    }
  }
};

void check_alike(const std::vector<Frame>& frames, std::size_t at_once) {
  CAPTURE(at_once);
  const auto tables = std::make_unique<Tables>();
  for (auto left = std::span<const Frame>(frames); !left.empty(); left = left.subspan(std::min(at_once, left.size())))
    tables->add(left.first(std::min(at_once, left.size())));
  CHECK((flows_of(tables->brief) == flows_of(tables->whole)));
  CHECK(tables->brief.traffic().copies == tables->whole.traffic().copies);
  CHECK(tables->brief.traffic().cut_packets == tables->whole.traffic().cut_packets);
}

}  // namespace

TEST_CASE("packets that are not dissected leave what dissected ones do", "[app][flow]") {
  const std::vector<FilePacket> packets = everything();
  const std::vector<Frame> frames = frames_of(packets);
  REQUIRE(frames.size() > 1000);
  for (const std::size_t at_once : {1U, 15U, 16U, 17U, 512U}) check_alike(frames, at_once);
}

}  // namespace whydrop
