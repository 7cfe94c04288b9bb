// A sender that hears nothing back: one-way over its whole life, stalled from some byte on.
#include <fmt/format.h>

#include "src/verdict/path_mtu.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

/// The side that alone was recorded, where only one was.
std::optional<Side> only_sender(const FlowRecord& record) {
  if (record.sides[0].packets != 0 && record.sides[1].packets != 0) return std::nullopt;
  return record.sides[0].packets != 0 ? Side::low : Side::high;
}

void describe_repeats(const Subject& flow, Side sender, Finding& finding) {
  const SenderFacts::Stuck& stuck = flow.detail->sender(sender).stuck;
  set_attribute(finding, "retransmissions", std::int64_t{stuck.tries});
  set_attribute(finding, "direction",
                std::string(sender == flow.client_side() ? "client-to-server" : "server-to-client"));
  finding.evidence.push_back(
      {.packet = stuck.first_packet,
       .time = stuck.first_try,
       .until = std::nullopt,
       .what = fmt::format("{} bytes from {} sent again", stuck.largest, fact::who(flow, sender))});
  if (stuck.last_packet != stuck.first_packet) {
    finding.evidence.push_back({.packet = stuck.last_packet,
                                .time = stuck.last_try,
                                .until = std::nullopt,
                                .what = fmt::format("the same bytes, retransmission {}", stuck.tries)});
  }
  finding.evidence.push_back({.packet = stuck.last_packet,
                              .time = stuck.last_try,
                              .until = flow.context.end,
                              .what = fmt::format("nothing back in {}", human(flow.waited_since(stuck.first_sent)))});
}

/// The side that repeats itself while the other says nothing at all any more.
std::optional<Side> stalled_sender(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr || !fact::opened(flow)) return std::nullopt;
  for (const Side sender : {flow.client_side(), flow.server_side()}) {
    const FlowSide& peer = flow.record.side(other(sender));
    if (peer.packets == 0 || !fact::stuck_for_good(flow, sender)) continue;
    const bool silent_since =
        flow.detail->sender(other(sender)).last_sent < flow.detail->sender(sender).stuck.first_try;
    if (silent_since) return sender;
  }
  return std::nullopt;
}

}  // namespace

Ruling judge_one_way(const Subject& flow) {
  if (!flow.is_tcp()) return std::nullopt;
  const auto sender = only_sender(flow.record);
  if (!sender || flow.record.side(*sender).has(saw::syn) || fact::other_direction_lives(flow.record))
    return std::nullopt;
  if (!fact::stuck_for_good(flow, *sender)) return std::nullopt;
  return Judgement{.confidence = 0.9};
}

void describe_one_way(const Subject& flow, Finding& finding) {
  describe_repeats(flow, *only_sender(flow.record), finding);
}

Ruling judge_stalled(const Subject& flow) {
  const auto sender = stalled_sender(flow);
  if (!sender) return std::nullopt;
  return Judgement{.confidence = 0.9, .group = static_cast<std::uint64_t>(*sender == flow.client_side())};
}

void describe_stalled(const Subject& flow, Finding& finding) {
  const Side sender = *stalled_sender(flow);
  const SenderFacts::Stuck& stuck = flow.detail->sender(sender).stuck;
  const FlowSide& side = flow.record.side(sender);
  const bool handshake_seen = side.has_any(saw::syn | saw::syn_ack);
  const bool first_bytes = handshake_seen && stuck.seq == side.isn + 1;
  set_attribute(finding, "phase", std::string(first_bytes ? "first-request" : "mid-transfer"));
  if (handshake_seen) set_attribute(finding, "byte_offset", std::int64_t{stuck.seq - (side.isn + 1)});
  const auto suspect = find_black_hole(flow);
  set_attribute(finding, "size_suspect", suspect && suspect->sender == sender);
  describe_repeats(flow, sender, finding);
}

}  // namespace whydrop
