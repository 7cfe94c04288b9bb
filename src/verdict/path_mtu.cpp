// pmtu-blackhole: full-size packets vanish while smaller ones arrive (RFC 2923, 2.1; RFC 4821).
//
// At the sender the full-size segment is sent again and again, unacknowledged, while something smaller in the same
// direction is known to have arrived. At the receiver the full-size bytes are a hole that later, smaller segments stand
// behind, and the receiver keeps asking for its first byte. Both sizes together are the bracket.
#include "src/verdict/path_mtu.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/wire/icmp.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;
using Kind = FlowEvent::Kind;

constexpr Duration kHolePatience = 2s;
constexpr std::uint32_t kTimestampOption = 12;
// Without a handshake in the capture the MSS is unknown: no path carries less than this (IPv6's minimum MTU is 1280).
constexpr std::uint32_t kCertainlyFullSize = 1200;
constexpr std::uint32_t kIpAndTcpV4 = 40;
constexpr std::uint32_t kIpAndTcpV6 = 60;

/// Payload of a full-size segment from `sender`; from here on a segment counts as full size.
std::uint32_t full_size(const FlowDetail& detail, Side sender) {
  const std::uint32_t options = detail.sender(sender).timestamps ? kTimestampOption : 0;
  const std::uint32_t mss = detail.sender(other(sender)).mss;
  return mss > options ? mss - options : kCertainlyFullSize;
}

/// An ICMP error that quotes this flow and says that this sender's packets are too big.
const IcmpErrorFact* own_size_error(const Subject& flow, Side sender) {
  const bool v6 = !flow.record.key.low.is_v4();
  for (const IcmpErrorFact& error : std::span(flow.detail->icmp).first(flow.detail->icmp_count)) {
    const bool too_big = icmp_meaning(v6, error.type, error.code) == IcmpMeaning::packet_too_big;
    if (too_big && error.about == sender) return &error;
  }
  return nullptr;
}

/// The same; or one whose quote was changed on the way. Still ignored when the capture ends.
const IcmpErrorFact* size_error(const Subject& flow, Side sender) {
  const IcmpErrorFact* own = own_size_error(flow, sender);
  if (own != nullptr) return own;
  return flow.context.census.stray_error(flow.record, sender, IcmpMeaning::packet_too_big);
}

std::optional<BlackHole> at_sender(const Subject& flow, Side sender) {
  if (!fact::stuck_for_good(flow, sender)) return std::nullopt;
  const SenderFacts& facts = flow.detail->sender(sender);
  const std::uint32_t lost = facts.stuck.smallest;
  if (lost < full_size(*flow.detail, sender) || !facts.dont_fragment) return std::nullopt;
  if (facts.largest_acked >= lost) return std::nullopt;  // this size does pass
  const std::uint32_t headers = flow.record.key.low.is_v4() ? kIpAndTcpV4 : kIpAndTcpV6;
  const IcmpErrorFact* error = size_error(flow, sender);
  const bool size_named = error != nullptr && error->mtu != 0 && lost + headers > error->mtu;
  return BlackHole{.sender = sender,
                   .seen_at_sender = true,
                   .proven = facts.largest_acked != 0 || size_named,
                   .quote_differs = size_named && own_size_error(flow, sender) == nullptr,
                   .largest_passed = facts.largest_acked,
                   .smallest_lost = lost};
}

std::optional<BlackHole> at_receiver(const Subject& flow, Side sender) {
  const SenderFacts& facts = flow.detail->sender(sender);
  const SenderFacts::Hole& hole = facts.hole;
  const std::uint32_t full = full_size(*flow.detail, sender);
  if (hole.length < full || hole.later_largest == 0) return std::nullopt;
  // One full-size segment that came by here shows that the size passes this far.
  if (facts.largest_segment >= full) return std::nullopt;
  const FlowSide& receiver = flow.record.side(other(sender));
  if (!receiver.has(saw::ack) || receiver.acked != hole.start) return std::nullopt;
  if (!flow.silent_since(hole.since, kHolePatience)) return std::nullopt;
  return BlackHole{.sender = sender,
                   .seen_at_sender = false,
                   .proven = true,
                   .largest_passed = facts.largest_segment,
                   .smallest_lost = full};
}

/// This flow's own proof, or its suspicion with another flow's proof between the same hosts.
std::optional<BlackHole> established(const Subject& flow) {
  auto found = find_black_hole(flow);
  if (!found || found->proven) return found;
  const PairFacts* pair =
      flow.context.census.pair(flow.record.client_endpoint().address, flow.record.server_endpoint().address);
  const bool elsewhere = pair != nullptr && pair->smallest_lost != 0 && found->smallest_lost >= pair->smallest_lost;
  if (!elsewhere) return std::nullopt;
  return found;
}

void describe_at_sender(const Subject& flow, const BlackHole& hole, Finding& finding) {
  const SenderFacts::Stuck& stuck = flow.detail->sender(hole.sender).stuck;
  set_attribute(finding, "retransmissions", std::int64_t{stuck.tries});
  finding.evidence.push_back(
      {.packet = stuck.first_packet,
       .time = stuck.first_try,
       .until = std::nullopt,
       .what = fmt::format("{} bytes from {} sent again", hole.smallest_lost, fact::who(flow, hole.sender))});
  if (stuck.last_packet != stuck.first_packet) {
    finding.evidence.push_back({.packet = stuck.last_packet,
                                .time = stuck.last_try,
                                .until = std::nullopt,
                                .what = fmt::format("the same bytes, retransmission {}", stuck.tries)});
  }
  finding.evidence.push_back(
      {.packet = stuck.last_packet, .time = stuck.last_try, .until = flow.context.end, .what = "never acknowledged"});
}

void describe_at_receiver(const Subject& flow, const BlackHole& hole, Finding& finding) {
  const SenderFacts::Hole& missing = flow.detail->sender(hole.sender).hole;
  set_attribute(finding, "missing_bytes", std::int64_t{missing.length});
  finding.evidence.push_back({.packet = missing.packet,
                              .time = missing.since,
                              .until = std::nullopt,
                              .what = fmt::format("{} bytes from {} are missing before this smaller segment",
                                                  missing.length, fact::who(flow, hole.sender))});
  finding.evidence.push_back({.packet = missing.packet,
                              .time = missing.since,
                              .until = flow.context.end,
                              .what = "the missing bytes never arrive"});
}

}  // namespace

std::optional<BlackHole> find_black_hole(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr || !fact::opened(flow)) return std::nullopt;
  for (const Side sender : {flow.server_side(), flow.client_side()}) {
    if (auto found = at_sender(flow, sender)) return found;
    if (auto found = at_receiver(flow, sender)) return found;
  }
  return std::nullopt;
}

Ruling judge_pmtu_blackhole(const Subject& flow) {
  const auto hole = established(flow);
  if (!hole) return std::nullopt;
  const bool by_quote_alone = hole->quote_differs && hole->largest_passed == 0;
  const double confidence = !hole->proven ? 0.75 : by_quote_alone ? 0.8 : hole->seen_at_sender ? 0.95 : 0.85;
  return Judgement{.confidence = confidence, .group = static_cast<std::uint64_t>(hole->sender == flow.client_side())};
}

void describe_pmtu_blackhole(const Subject& flow, Finding& finding) {
  const BlackHole hole = *established(flow);
  const SenderFacts& facts = flow.detail->sender(hole.sender);
  const bool to_server = hole.sender == flow.client_side();
  const IcmpErrorFact* error = size_error(flow, hole.sender);
  set_attribute(finding, "direction", std::string(to_server ? "client-to-server" : "server-to-client"));
  set_attribute(finding, "seen_at", std::string(hole.seen_at_sender ? "sender" : "receiver"));
  set_attribute(finding, "largest_passed", std::int64_t{hole.largest_passed});
  set_attribute(finding, "smallest_lost", std::int64_t{hole.smallest_lost});
  set_attribute(finding, "mss", std::int64_t{flow.detail->sender(other(hole.sender)).mss});
  set_attribute(finding, "icmp_seen", error != nullptr);
  if (error != nullptr) set_attribute(finding, "icmp_mtu", std::int64_t{error->mtu});
  if (hole.quote_differs) fact::describe_rewritten_quote(finding);
  if (facts.largest_frame > hole.smallest_lost) set_attribute(finding, "offload", true);
  if (hole.seen_at_sender) describe_at_sender(flow, hole, finding);
  else describe_at_receiver(flow, hole, finding);
}

}  // namespace whydrop
