// Handshakes that went wrong in their second half: synack-reset, half-open-scan, synack-misaddressed, syn-challenged,
// handshake-ack-lost.
#include <fmt/format.h>

#include "src/core/text.h"
#include "src/verdict/reset_origin.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;
using Kind = FlowEvent::Kind;

constexpr Duration kPatience = 4s;
constexpr Duration kShortPatience = 1s;
constexpr std::uint64_t kScannedServices = 3;
constexpr std::uint64_t kHealthChecks = 3;
constexpr unsigned kOften = 3;

FlowEvent first_event(const Subject& flow, Kind kind) {
  const FlowEvent* found = flow.detail->events.find_first(kind);
  if (found != nullptr) return *found;
  return {.packet = flow.record.first_packet, .time = flow.record.first, .side = flow.client_side()};
}

void add_syn_evidence(const Subject& flow, Finding& finding) {
  finding.evidence.push_back(
      packet_evidence(first_event(flow, Kind::syn), "SYN from " + fact::who(flow, flow.client_side())));
}

/// One client, one port, at even intervals: a load balancer that looks whether the port still opens.
bool is_health_check(const Subject& flow) {
  const HalfOpenFacts* facts = flow.context.census.half_open(flow.record);
  return facts != nullptr && facts->count >= kHealthChecks && facts->longest_gap <= facts->shortest_gap * 3 / 2;
}

bool is_half_open_scan(const Subject& flow) {
  return flow.context.census.half_open_services(flow.record.client_endpoint().address) >= kScannedServices;
}

std::optional<Endpoint> misaddressed_answer(const Subject& flow) {
  if (!flow.is_tcp() || !flow.client().has(saw::syn) || flow.server().packets != 0) return std::nullopt;
  const auto answerer = flow.context.census.misaddressed_answer(flow.record.client_endpoint(), flow.client().next);
  return answerer == flow.record.server_endpoint() ? std::nullopt : answerer;
}

/// An answer by one who knows another connection on these ports: an ACK for something else.
bool is_challenged(const Subject& flow) {
  const FlowSide& client = flow.client();
  const FlowSide& server = flow.server();
  if (!flow.is_tcp() || flow.detail == nullptr || !client.has(saw::syn) || !server.has(saw::ack)) return false;
  if (server.has_any(saw::syn_ack | saw::syn | saw::rst | saw::data)) return false;
  return !(server.acked > client.isn && server.acked <= client.next);
}

}  // namespace

bool fact::half_opened(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr || flow.record.handshake_done) return false;
  if (!flow.client().has(saw::syn | saw::rst) || !flow.server().has(saw::syn_ack)) return false;
  return !flow.client().has_any(saw::ack | saw::data) && !flow.server().has_any(saw::rst | saw::data);
}

Ruling judge_half_open_scan(const Subject& flow) {
  if (!fact::half_opened(flow) || !is_half_open_scan(flow)) return std::nullopt;
  return Judgement{.confidence = 0.9};
}

void describe_half_open_scan(const Subject& flow, Finding& finding) {
  add_syn_evidence(flow, finding);
  finding.evidence.push_back({.packet = flow.detail->reset.packet,
                              .time = flow.detail->reset.time,
                              .until = std::nullopt,
                              .what = "RST answers the SYN-ACK, as at other ports or hosts"});
}

Ruling judge_synack_reset(const Subject& flow) {
  if (!fact::half_opened(flow) || is_health_check(flow)) return std::nullopt;
  // Happy eyeballs: the client had given this address up when it answered.
  if (flow.context.census.lost_race(flow.record, flow.detail->reset.time)) return std::nullopt;
  return Judgement{.confidence = 0.9};
}

void describe_synack_reset(const Subject& flow, Finding& finding) {
  const ResetFacts& reset = flow.detail->reset;
  const ResetOrigin origin = reset_origin(flow);
  set_attribute(finding, "rst_ttl", std::int64_t{reset.ttl});
  describe_origin(origin, finding);
  add_syn_evidence(flow, finding);
  finding.evidence.push_back(
      packet_evidence(first_event(flow, Kind::syn_ack), "SYN-ACK from " + fact::who(flow, flow.server_side())));
  finding.evidence.push_back(
      {.packet = reset.packet,
       .time = reset.time,
       .until = std::nullopt,
       .what =
           with_reasons(fmt::format("RST from {}, TTL {}", fact::who(flow, flow.client_side()), reset.ttl), origin)});
}

Ruling judge_synack_misaddressed(const Subject& flow) {
  if (!misaddressed_answer(flow)) return std::nullopt;
  return Judgement{.confidence = 0.95};
}

void describe_synack_misaddressed(const Subject& flow, Finding& finding) {
  const Endpoint answerer = *misaddressed_answer(flow);
  set_attribute(finding, "answered_by", endpoint_text(answerer.address, answerer.port));
  set_attribute(finding, "syn_count", std::int64_t{flow.client().syns});
  finding.evidence.push_back(
      {.packet = flow.record.first_packet,
       .time = flow.record.first,
       .until = std::nullopt,
       .what = fmt::format("SYN to {}; the SYN-ACK that acknowledges it comes from {}",
                           fact::who(flow, flow.server_side()), endpoint_text(answerer.address, answerer.port))});
}

Ruling judge_syn_challenged(const Subject& flow) {
  if (!is_challenged(flow)) return std::nullopt;
  const bool again_and_again = flow.client().syns >= kOften && flow.silent_since(flow.record.first, kPatience);
  if (!again_and_again && !flow.silent_since(flow.record.last, kShortPatience)) return std::nullopt;
  return Judgement{.confidence = 0.9};
}

void describe_syn_challenged(const Subject& flow, Finding& finding) {
  const std::int32_t expected = flow.server().acked - (flow.client().isn + 1);
  set_attribute(finding, "ack_off_by", std::int64_t{expected});
  add_syn_evidence(flow, finding);
  finding.evidence.push_back(
      {.packet = flow.record.first_packet,
       .time = flow.detail->sender(flow.server_side()).last_sent,
       .until = std::nullopt,
       .what = fmt::format("{} answers with an ACK for another connection", fact::who(flow, flow.server_side()))});
}

Ruling judge_handshake_ack_lost(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr || !flow.record.handshake_done) return std::nullopt;
  const bool repeated = flow.server().syns > 1 && flow.detail->syn_ack_last > flow.detail->handshake_ack;
  const bool unheard = !flow.server().has_any(saw::ack | saw::data | saw::fin | saw::rst);
  if (!repeated || !unheard || !flow.client().has(saw::data)) return std::nullopt;
  if (!flow.silent_since(flow.detail->handshake_ack, kPatience)) return std::nullopt;
  return Judgement{.confidence = 0.9};
}

void describe_handshake_ack_lost(const Subject& flow, Finding& finding) {
  set_attribute(finding, "syn_ack_count", std::int64_t{flow.server().syns});
  finding.evidence.push_back(packet_evidence(first_event(flow, Kind::handshake_ack),
                                             "ACK of the handshake from " + fact::who(flow, flow.client_side())));
  const FlowEvent* last = flow.detail->events.find_last(Kind::syn_ack);
  if (last == nullptr) return;
  finding.evidence.push_back(packet_evidence(*last, fmt::format("the SYN-ACK again, try {}", flow.server().syns)));
  finding.evidence.push_back(absence_evidence(*last, flow, "the client's data is never acknowledged"));
}

}  // namespace whydrop
