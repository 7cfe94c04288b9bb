// Connections that never opened, or opened late: syn-no-reply, refused, synack-no-ack, slow-handshake.
#include <fmt/format.h>

#include "src/verdict/reset_origin.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;
using Kind = FlowEvent::Kind;

// A Linux client gets "no route to host" from the last hop after 3.1 s: silence counts once that could have come.
constexpr Duration kPatience = 4s;
constexpr Duration kShortPatience = 1s;
constexpr unsigned kRepeatsForShortPatience = 2;

/// Confidence in a silence of `tries` equal packets, or nothing while the answer may still come.
std::optional<double> silence(const Subject& flow, Time first, Time last, unsigned tries) {
  if (flow.silent_since(first, kPatience)) return tries > 1 ? 0.97 : 0.9;
  const bool repeated = tries > kRepeatsForShortPatience;
  if (repeated && flow.silent_since(last, kShortPatience)) return 0.8;
  return std::nullopt;
}

FlowEvent first_packet(const Subject& flow) {
  return {.packet = flow.record.first_packet, .time = flow.record.first, .side = flow.client_side()};
}

/// The flow's first event of that kind from its client or server; its first packet where the history has none.
FlowEvent event_or_first(const Subject& flow, Kind kind) {
  const FlowEvent* found = flow.detail == nullptr ? nullptr : flow.detail->events.find_first(kind);
  return found == nullptr ? first_packet(flow) : *found;
}
FlowEvent last_event_or_first(const Subject& flow, Kind kind) {
  const FlowEvent* found = flow.detail == nullptr ? nullptr : flow.detail->events.find_last(kind);
  return found == nullptr ? first_packet(flow) : *found;
}

void describe_tries(const Subject& flow, Finding& finding) {
  const unsigned tries = flow.client().syns;
  set_attribute(finding, "syn_count", std::int64_t{tries});
  const Duration trying = flow.record.last - flow.record.first;
  if (tries > 1) set_attribute(finding, "tried_for_seconds", seconds(trying));
}

}  // namespace

Ruling judge_syn_no_reply(const Subject& flow) {
  if (!flow.is_tcp() || flow.server().packets != 0 || !flow.client().has(saw::syn)) return std::nullopt;
  // Anything but SYNs shows that the client got an answer which this capture does not hold.
  if (flow.client().has_any(saw::ack | saw::data | saw::rst | saw::odd_rst)) return std::nullopt;
  if (fact::replies_not_recorded(flow)) return std::nullopt;
  const auto confidence = silence(flow, flow.record.first, flow.record.last, flow.client().syns);
  if (!confidence) return std::nullopt;
  return Judgement{.confidence = *confidence};
}

void describe_syn_no_reply(const Subject& flow, Finding& finding) {
  describe_tries(flow, finding);
  const FlowEvent first = event_or_first(flow, Kind::syn);
  const FlowEvent last = last_event_or_first(flow, Kind::syn);
  finding.evidence.push_back(packet_evidence(first, "SYN from " + fact::who(flow, flow.client_side())));
  if (last.packet != first.packet) {
    finding.evidence.push_back(packet_evidence(last, fmt::format("the same SYN, try {}", flow.client().syns)));
  }
  finding.evidence.push_back(
      absence_evidence(last, flow, fmt::format("no reply in {}", human(flow.waited_since(first.time)))));
}

Ruling judge_refused(const Subject& flow) {
  if (!flow.is_tcp() || !flow.client().has(saw::syn) || !flow.server().has(saw::rst)) return std::nullopt;
  if (flow.server().has_any(saw::syn_ack | saw::syn | saw::ack | saw::data)) return std::nullopt;
  if (flow.client().has_any(saw::ack | saw::data)) return std::nullopt;
  return Judgement{.confidence = 0.98};
}

void describe_refused(const Subject& flow, Finding& finding) {
  describe_tries(flow, finding);
  const FlowEvent syn = event_or_first(flow, Kind::syn);
  finding.evidence.push_back(packet_evidence(syn, "SYN from " + fact::who(flow, flow.client_side())));
  if (flow.detail == nullptr) return;
  const FlowEvent* reset = flow.detail->events.find_first(Kind::rst);
  if (reset == nullptr) return;
  set_attribute(finding, "rst_ttl", std::int64_t{reset->detail});
  set_attribute(finding, "rst_after_ms", seconds(reset->time - syn.time) * 1e3);
  const ResetOrigin origin = refusal_origin(flow, static_cast<std::uint8_t>(reset->detail));
  describe_origin(origin, finding);
  finding.evidence.push_back(packet_evidence(
      *reset, with_reasons(fmt::format("RST from {} after {}, TTL {}", fact::who(flow, flow.server_side()),
                                       human(reset->time - syn.time), reset->detail),
                           origin)));
}

Ruling judge_synack_no_ack(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr) return std::nullopt;
  if (!flow.client().has(saw::syn) || !flow.server().has(saw::syn_ack)) return std::nullopt;
  if (flow.client().has_any(saw::ack | saw::data | saw::rst | saw::odd_rst) || flow.server().has(saw::rst)) {
    return std::nullopt;
  }
  const unsigned tries = std::max<unsigned>(flow.client().syns, flow.server().syns);
  if (tries < 2) return std::nullopt;
  const auto confidence = silence(flow, flow.detail->syn_ack_first, flow.record.last, tries);
  if (!confidence) return std::nullopt;
  return Judgement{.confidence = *confidence};
}

void describe_synack_no_ack(const Subject& flow, Finding& finding) {
  describe_tries(flow, finding);
  set_attribute(finding, "syn_ack_count", std::int64_t{flow.server().syns});
  const FlowEvent syn = event_or_first(flow, Kind::syn);
  const FlowEvent first = event_or_first(flow, Kind::syn_ack);
  const FlowEvent last = last_event_or_first(flow, Kind::syn_ack);
  finding.evidence.push_back(packet_evidence(syn, "SYN from " + fact::who(flow, flow.client_side())));
  finding.evidence.push_back(packet_evidence(first, "SYN-ACK from " + fact::who(flow, flow.server_side())));
  if (last.packet != first.packet) {
    finding.evidence.push_back(packet_evidence(last, fmt::format("the same SYN-ACK, try {}", flow.server().syns)));
  }
  finding.evidence.push_back(
      absence_evidence(last, flow, fmt::format("no ACK in {}", human(flow.waited_since(first.time)))));
}

Ruling judge_slow_handshake(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr || flow.detail->handshake_ack == Time{}) return std::nullopt;
  const FlowDetail& detail = *flow.detail;
  const bool syn_repeated = flow.client().syns > 1 && detail.syn_last < detail.handshake_ack;
  // A SYN-ACK repeated after the ACK is a server that waits for data (TCP_DEFER_ACCEPT), not a slow path.
  const bool syn_ack_repeated = flow.server().syns > 1 && detail.syn_ack_last <= detail.handshake_ack;
  if (!syn_repeated && !syn_ack_repeated) return std::nullopt;
  return Judgement{.confidence = 0.95};
}

void describe_slow_handshake(const Subject& flow, Finding& finding) {
  const FlowDetail& detail = *flow.detail;
  const FlowEvent syn = event_or_first(flow, Kind::syn);
  const FlowEvent opened = event_or_first(flow, Kind::handshake_ack);
  describe_tries(flow, finding);
  set_attribute(finding, "syn_ack_count", std::int64_t{flow.server().syns});
  set_attribute(finding, "delay_seconds", seconds(detail.handshake_ack - flow.record.first));
  finding.evidence.push_back(packet_evidence(syn, "first SYN from " + fact::who(flow, flow.client_side())));
  finding.evidence.push_back(
      packet_evidence(opened, "opened only " + human(detail.handshake_ack - flow.record.first) + " later"));
}

}  // namespace whydrop
