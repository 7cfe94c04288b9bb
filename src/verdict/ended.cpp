// Connections that opened and then ended badly: closed-on-accept, reset, idle-expired, no-response.
#include <fmt/format.h>

#include "dissectors/registry.h"
#include "src/core/text.h"
#include "src/verdict/reset_origin.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;
using Kind = FlowEvent::Kind;

constexpr Duration kAtOnce = 1s;
// A wrapper that looks up the client's name first hangs up only when its resolver has given up.
constexpr Duration kAfterFirstWords = 10s;
constexpr Duration kIdle = 60s;
constexpr Duration kPatientClient = 10s;
constexpr std::uint64_t kImpatientClients = 3;
constexpr std::uint16_t kLastSmallService = 37;  // daytime, quotd, chargen, time: one line, and the end

/// When the side closed, by FIN or RST; of several, the first.
std::optional<FlowEvent> end_by(const Subject& flow, Side side) {
  std::optional<FlowEvent> end;
  const EventLog& events = flow.detail->events;
  for (std::size_t at = 0; at < events.size(); ++at) {
    const FlowEvent& event = events[at];
    if (event.side != side || (event.kind != Kind::fin && event.kind != Kind::rst)) continue;
    if (!end || event.time < end->time) end = event;
  }
  return end;
}

/// The responder hung up: its FIN or RST came before any of the initiator's.
std::optional<FlowEvent> hang_up(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr || !flow.record.handshake_done) return std::nullopt;
  const auto ended = end_by(flow, flow.server_side());
  if (!ended) return std::nullopt;
  const auto client_ended = end_by(flow, flow.client_side());
  if (client_ended && client_ended->time < ended->time) return std::nullopt;
  return ended;
}

Time first_words_of_client(const Subject& flow) {
  const EventLog& events = flow.detail->events;
  for (std::size_t at = 0; at < events.size(); ++at) {
    if (events[at].kind == Kind::data && events[at].side == flow.client_side()) return events[at].time;
  }
  return Time{};
}

bool soon(const Subject& flow, Time ended) {
  const Time words = first_words_of_client(flow);
  const bool at_once = ended - flow.detail->handshake_ack <= kAtOnce || (words != Time{} && ended - words <= kAtOnce);
  const bool unanswered_words = words != Time{} && ended - words <= kAfterFirstWords && !flow.server().has(saw::data);
  return at_once || unanswered_words;
}

bool is(const ApplicationFacts& words, DissectorId protocol) {
  return words.protocol == static_cast<std::uint8_t>(protocol);
}

/// Nothing, or one line that sends the client away.
bool says_no_more_than_goodbye(const Subject& flow) {
  // Its sequence numbers tell of bytes that this capture does not hold, or that are packed in a way not read here.
  const std::int32_t sent = flow.server().next - (flow.server().isn + 1);
  if (!flow.server().has(saw::data)) return sent <= 1;
  const ApplicationFacts& words = flow.detail->application(flow.server_side());
  if (words.name_len == 0 || flow.record.bytes[index(flow.server_side())] > ApplicationFacts::kMaxName) return false;
  if (words.protocol != 0) return words.is_alert;
  return !flow.client().has(saw::data) && flow.record.server_endpoint().port > kLastSmallService;
}

/// A second connection that FTP opens for each file: an empty file, or a list of none, ends it without a word.
bool may_be_ftp_data(const Subject& flow) {
  constexpr std::uint16_t kFtp = 21;
  const Census& census = flow.context.census;
  if (is_well_known(flow.record.server_endpoint().port)) return false;
  return census.service(flow.record.server_endpoint().address, kFtp, Transport::tcp) != nullptr ||
         census.service(flow.record.client_endpoint().address, kFtp, Transport::tcp) != nullptr;
}

bool client_said_little(const Subject& flow) {
  if (!flow.client().has(saw::data)) return true;
  const bool unacknowledged = flow.server().acked <= flow.client().isn + 1;
  return unacknowledged || is(flow.detail->application(flow.client_side()), DissectorId::ssh);
}

/// The later of both sides' last new bytes: who is to speak next.
std::optional<Side> last_talker(const FlowDetail& detail) {
  const auto latest = [&](Side side) {
    const SenderFacts& facts = detail.sender(side);
    const std::size_t at = (facts.recent_at + SenderFacts::kRecent - 1U) % SenderFacts::kRecent;
    return facts.recent[at].fingerprint == 0 ? Time{} : facts.recent[at].time;
  };
  const Time low = latest(Side::low);
  const Time high = latest(Side::high);
  if (low == Time{} && high == Time{}) return std::nullopt;
  return low > high ? Side::low : Side::high;
}

/// Somebody is owed something: an answer to the initiator's words, or the receipt of bytes.
bool anything_outstanding(const Subject& flow) {
  const auto talker = last_talker(*flow.detail);
  return fact::data_outstanding(flow) || (talker && *talker == flow.client_side());
}

std::string_view phase_of(const Subject& flow) {
  const ResetFacts& reset = flow.detail->reset;
  if (reset.after_fin) return "after-close";
  if (reset.silence >= kIdle) return "after-idle";
  const ApplicationFacts& asked = flow.detail->application(flow.client_side());
  if (!flow.server().has(saw::data) && flow.client().has(saw::data)) {
    return is(asked, DissectorId::tls) ? "after-client-hello" : "after-first-request";
  }
  return "mid-transfer";
}

std::string side_name(const Subject& flow, Side side) { return side == flow.client_side() ? "client" : "server"; }

std::optional<Time> last_request(const Subject& flow) {
  const SenderFacts& client = flow.detail->sender(flow.client_side());
  Time latest{};
  for (const SenderFacts::Sent& sent : client.recent) {
    if (sent.fingerprint != 0) latest = std::max(latest, sent.time);
  }
  if (latest == Time{}) return std::nullopt;
  return latest;
}

}  // namespace

Ruling judge_closed_on_accept(const Subject& flow) {
  const auto ended = hang_up(flow);
  if (!ended || !soon(flow, ended->time) || !says_no_more_than_goodbye(flow)) return std::nullopt;
  if (may_be_ftp_data(flow)) return std::nullopt;
  if (ended->kind == Kind::rst && (!client_said_little(flow) || reset_origin(flow).injected)) return std::nullopt;
  const bool text = flow.server().has(saw::data);
  return Judgement{.confidence = 0.9, .group = static_cast<std::uint64_t>(text)};
}

void describe_closed_on_accept(const Subject& flow, Finding& finding) {
  const FlowEvent ended = *hang_up(flow);
  const ApplicationFacts& words = flow.detail->application(flow.server_side());
  const std::string how = ended.kind == Kind::rst ? "RST" : "FIN";
  set_attribute(finding, "how", how);
  set_attribute(finding, "after_ms", seconds(ended.time - flow.detail->handshake_ack) * 1e3);
  if (flow.server().has(saw::data)) set_attribute(finding, "text", escaped(words.name_text()));
  if (const FlowEvent* opened = flow.detail->events.find_first(Kind::handshake_ack)) {
    finding.evidence.push_back(packet_evidence(*opened, "opened by " + fact::who(flow, flow.client_side())));
  }
  const std::string said = flow.server().has(saw::data) ? fmt::format("saying only \"{}\"", escaped(words.name_text()))
                                                        : std::string("having said nothing");
  finding.evidence.push_back(
      packet_evidence(ended, fmt::format("{} from {} after {}, {}", how, fact::who(flow, flow.server_side()),
                                         human(ended.time - flow.detail->handshake_ack), said)));
}

Ruling judge_reset(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr || !flow.detail->reset.packet || !fact::opened(flow)) {
    return std::nullopt;
  }
  const ResetFacts& reset = flow.detail->reset;
  const bool both_closed = flow.client().has(saw::fin) && flow.server().has(saw::fin);
  if (both_closed || reset.after_fin) return std::nullopt;
  const bool injected = reset_origin(flow).injected;
  if (reset.sender == flow.client_side() && !injected) return std::nullopt;  // a client may end as it likes
  if (!injected && !anything_outstanding(flow)) return std::nullopt;
  return Judgement{.confidence = injected ? 0.9 : 0.85,
                   .group = static_cast<std::uint64_t>(injected) << 1U |
                            static_cast<std::uint64_t>(reset.sender == flow.client_side())};
}

void describe_reset(const Subject& flow, Finding& finding) {
  const ResetFacts& reset = flow.detail->reset;
  const ResetOrigin origin = reset_origin(flow);
  const auto talker = last_talker(*flow.detail);
  const std::string sender = reset.sender == flow.client_side() ? "initiator" : "responder";
  set_attribute(finding, "who", origin.injected ? "injected" : sender);
  set_attribute(finding, "phase", std::string(phase_of(flow)));
  set_attribute(finding, "last_payload", talker ? side_name(flow, *talker) : std::string("none"));
  set_attribute(finding, "rst_ttl", std::int64_t{reset.ttl});
  const ApplicationFacts& asked = flow.detail->application(flow.client_side());
  if (asked.protocol != 0 && asked.name_len != 0) set_attribute(finding, "name", escaped(asked.name_text()));
  describe_origin(origin, finding);
  if (const FlowEvent* opened = flow.detail->events.find_first(Kind::handshake_ack)) {
    finding.evidence.push_back(packet_evidence(*opened, "opened by " + fact::who(flow, flow.client_side())));
  }
  finding.evidence.push_back(
      {.packet = reset.packet,
       .time = reset.time,
       .until = std::nullopt,
       .what = with_reasons(fmt::format("RST in the name of {}, TTL {}, {} after the last packet",
                                        fact::who(flow, reset.sender), reset.ttl, human(reset.silence)),
                            origin)});
}

Ruling judge_idle_expired(const Subject& flow) {
  if (!flow.is_tcp() || flow.detail == nullptr) return std::nullopt;
  const IdleFacts& idle = flow.detail->idle;
  if (idle.length < kIdle) return std::nullopt;
  if (idle.answered && !idle.reset) return std::nullopt;
  const bool repeated = idle.repeats >= 3 && idle.last - idle.time >= flow.context.wait(1s);
  const bool waited = idle.repeats >= 1 && flow.silent_since(idle.time, 5s);
  if (!idle.reset && !repeated && !waited) return std::nullopt;
  return Judgement{.confidence = idle.reset ? 0.85 : 0.9, .group = static_cast<std::uint64_t>(idle.reset)};
}

void describe_idle_expired(const Subject& flow, Finding& finding) {
  const IdleFacts& idle = flow.detail->idle;
  set_attribute(finding, "silence_seconds", seconds(idle.length));
  set_attribute(finding, "died", std::string(idle.reset ? "reset" : "silent"));
  set_attribute(finding, "retransmissions", std::int64_t{idle.repeats});
  if (const ServiceFacts* service = fact::service_of(flow)) {
    set_attribute(finding, "longest_survived_seconds", seconds(service->longest_survived));
    set_attribute(finding, "shortest_killed_seconds", seconds(service->shortest_killed));
    const std::string least =
        service->longest_survived == Duration{} || service->longest_survived >= service->shortest_killed
            ? "at most"
            : fmt::format("more than {}, at most", human(service->longest_survived));
    set_attribute(finding, "timer", fmt::format("{} {}", least, human(service->shortest_killed)));
  }
  finding.evidence.push_back(
      {.packet = idle.packet,
       .time = idle.time,
       .until = std::nullopt,
       .what = fmt::format("first packet after {} of silence, from {}", human(idle.length), fact::who(flow, idle.by))});
  if (idle.reset) {
    const ResetFacts& reset = flow.detail->reset;
    const ResetOrigin origin = reset.packet ? reset_origin(flow) : ResetOrigin{};
    describe_origin(origin, finding);
    finding.evidence.push_back({.packet = reset.packet ? reset.packet : idle.packet,
                                .time = reset.packet ? reset.time : idle.last,
                                .until = std::nullopt,
                                .what = with_reasons("answered by RST", origin)});
    return;
  }
  finding.evidence.push_back({.packet = idle.packet,
                              .time = idle.last,
                              .until = flow.context.end,
                              .what = fmt::format("repeated {} times, nothing back", idle.repeats)});
}

bool fact::waits_in_vain(const Subject& flow, Duration at_least) {
  if (!flow.is_tcp() || flow.detail == nullptr || !flow.record.handshake_done || flow.server().has(saw::data) ||
      !flow.client().has(saw::data)) {
    return false;
  }
  if (flow.server().acked <= flow.client().isn + 1 || fact::data_outstanding(flow)) return false;
  const auto ended = end_by(flow, flow.client_side());
  const auto server_ended = end_by(flow, flow.server_side());
  if (!ended || (server_ended && server_ended->time < ended->time)) return false;
  const auto asked = last_request(flow);
  return asked && ended->time - *asked >= at_least;
}

Ruling judge_no_response(const Subject& flow) {
  const ServiceFacts* service = fact::service_of(flow);
  const bool often = service != nullptr && service->waited_in_vain >= kImpatientClients;
  const Duration enough = often ? kAtOnce : kPatientClient;
  if (!fact::waits_in_vain(flow, flow.context.wait(enough))) return std::nullopt;
  return Judgement{.confidence = 0.9};
}

void describe_no_response(const Subject& flow, Finding& finding) {
  const FlowEvent ended = *end_by(flow, flow.client_side());
  const Time asked = last_request(flow).value_or(flow.record.first);
  const ApplicationFacts& words = flow.detail->application(flow.client_side());
  set_attribute(finding, "waited_seconds", seconds(ended.time - asked));
  if (words.protocol != 0 && words.name_len != 0) set_attribute(finding, "name", escaped(words.name_text()));
  for (std::size_t at = 0; at < flow.detail->events.size(); ++at) {
    const FlowEvent& event = flow.detail->events[at];
    if (event.kind != Kind::data || event.side != flow.client_side()) continue;
    finding.evidence.push_back(packet_evidence(event, "request from " + fact::who(flow, flow.client_side())));
    break;
  }
  finding.evidence.push_back(packet_evidence(
      ended, fmt::format("acknowledged, never answered; the client gives up after {}", human(ended.time - asked))));
}

}  // namespace whydrop
