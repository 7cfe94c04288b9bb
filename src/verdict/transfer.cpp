// Connections that work, badly: zero-window, packet-loss.
#include <fmt/format.h>

#include <algorithm>

#include "src/core/text.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr Duration kClosedTooLong = 5s;
constexpr std::uint64_t kLeastSegments = 10;
constexpr double kTolerable = 0.03;

/// How long this side's window was closed at the longest while the other wanted to send.
Duration closed_for(const Subject& flow, Side side) {
  const ZeroWindow& window = flow.detail->zero_window(side);
  const bool still = window.since != Time{} && flow.detail->sender(other(side)).last_sent > window.since;
  return std::max(window.longest, still ? flow.context.end - window.since : Duration{});
}

std::optional<Side> closed_side(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr) return std::nullopt;
  for (const Side side : {flow.client_side(), flow.server_side()}) {
    if (flow.detail->zero_window(side).packet && closed_for(flow, side) >= flow.context.wait(kClosedTooLong)) {
      return side;
    }
  }
  return std::nullopt;
}

/// Segments on the wire: with offload a captured frame is many.
std::uint64_t segments(const Subject& flow, Side sender) {
  const SenderFacts& facts = flow.detail->sender(sender);
  const std::uint64_t by_size =
      facts.largest_segment == 0 ? 0 : flow.record.bytes[index(sender)] / facts.largest_segment;
  return std::max<std::uint64_t>(facts.data_segments, by_size);
}

/// Segments that did not arrive the first time: what its receiver had before was not lost.
std::uint32_t lost(const Subject& flow, Side sender) {
  const SenderFacts& facts = flow.detail->sender(sender);
  const std::uint32_t needless = std::max(facts.resent_acked, facts.reported_twice);  // often both of one segment
  return facts.retransmitted - std::min(facts.retransmitted, needless);
}

double loss(const Subject& flow, Side sender) {
  const std::uint64_t sent = segments(flow, sender);
  if (sent < kLeastSegments) return 0;
  return static_cast<double>(lost(flow, sender)) / static_cast<double>(sent);
}

std::optional<Side> losing_side(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr || !fact::opened(flow)) return std::nullopt;
  const Side worse =
      loss(flow, flow.client_side()) > loss(flow, flow.server_side()) ? flow.client_side() : flow.server_side();
  if (loss(flow, worse) <= kTolerable) return std::nullopt;
  return worse;
}

}  // namespace

Ruling judge_zero_window(const Subject& flow) {
  const auto side = closed_side(flow);
  if (!side) return std::nullopt;
  return Judgement{.confidence = 0.95, .group = static_cast<std::uint64_t>(*side == flow.client_side())};
}

void describe_zero_window(const Subject& flow, Finding& finding) {
  const Side side = *closed_side(flow);
  const ZeroWindow& window = flow.detail->zero_window(side);
  set_attribute(finding, "who", std::string(side == flow.client_side() ? "client" : "server"));
  set_attribute(finding, "closed_seconds", seconds(closed_for(flow, side)));
  set_attribute(finding, "reopened", window.since == Time{});
  finding.evidence.push_back({.packet = window.packet,
                              .time = window.since == Time{} ? flow.record.first : window.since,
                              .until = std::nullopt,
                              .what = fmt::format("{} closes its window, at the longest for {}", fact::who(flow, side),
                                                  human(closed_for(flow, side)))});
}

Ruling judge_packet_loss(const Subject& flow) {
  const auto side = losing_side(flow);
  if (!side) return std::nullopt;
  return Judgement{.confidence = 0.9, .group = static_cast<std::uint64_t>(*side == flow.client_side())};
}

void describe_packet_loss(const Subject& flow, Finding& finding) {
  const Side side = *losing_side(flow);
  set_attribute(finding, "direction",
                std::string(side == flow.client_side() ? "client-to-server" : "server-to-client"));
  set_attribute(finding, "retransmitted", std::int64_t{lost(flow, side)});
  set_attribute(finding, "segments", static_cast<std::int64_t>(segments(flow, side)));
  set_attribute(finding, "share", loss(flow, side));
  const FlowEvent* repeated = flow.detail->events.find_first(FlowEvent::Kind::retransmission);
  finding.evidence.push_back(
      {.packet = repeated == nullptr ? flow.record.first_packet : repeated->packet,
       .time = repeated == nullptr ? flow.record.first : repeated->time,
       .until = std::nullopt,
       .what = fmt::format("{} of {} from {} sent again", lost(flow, side),
                           counted(segments(flow, side), "data segment"), fact::who(flow, side))});
}

}  // namespace whydrop
