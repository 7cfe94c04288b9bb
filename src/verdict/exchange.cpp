// Questions without an answer: udp-no-reply, ping-no-reply.
#include <fmt/format.h>

#include <cmath>

#include "src/core/text.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 2s;
constexpr Duration kRepeatPatience = 1s;

bool to_many(const IpAddress& address) {
  return address.is_multicast() || address.is_broadcast() || address.is_unspecified();
}

/// Silence that has lasted long enough after requests that all deserved an answer.
std::optional<double> unanswered(const Subject& flow) {
  if (flow.detail == nullptr || to_many(flow.record.server_endpoint().address)) return std::nullopt;
  const ExchangeFacts& exchange = flow.detail->exchange;
  if (exchange.to_group) return std::nullopt;  // a subnet's broadcast address looks like any other
  if (exchange.requests == 0 || exchange.replies != 0 || flow.server().packets != 0) return std::nullopt;
  if (flow.silent_since(exchange.first_request, kPatience)) {
    return exchange.requests > 1 ? 0.95 : 0.85;
  }
  const bool repeated = exchange.repeats != 0;
  if (repeated && flow.silent_since(exchange.last_request, kRepeatPatience)) return 0.8;
  return std::nullopt;
}

/// "at even seconds": how timers repeat a question.
bool is_even(Duration gap) {
  const double length = seconds(gap);
  return length > 0.9 && std::abs(length - std::round(length)) < 0.1;
}

/// Of a protocol that is not read here: others are answered, or it is repeated as questions are.
bool is_question(const Subject& flow) {
  constexpr std::uint32_t kMostRepeats = 10;
  const ExchangeFacts& exchange = flow.detail->exchange;
  if (flow.detail->application(flow.client_side()).protocol != 0) return false;  // known, and expects no reply
  const ServiceFacts* service = fact::service_of(flow);
  if (service != nullptr && service->answered != 0) return true;
  if (!exchange.only_repeats || exchange.repeats < 2 || exchange.repeats > kMostRepeats) return false;
  const bool growing = exchange.first_gap > 100ms && exchange.last_gap >= exchange.first_gap * 3 / 2;
  return growing || (is_even(exchange.first_gap) && is_even(exchange.last_gap));
}

}  // namespace

void fact::describe_requests(const Subject& flow, std::string_view request, Finding& finding) {
  const ExchangeFacts& exchange = flow.detail->exchange;
  set_attribute(finding, "requests", std::int64_t{exchange.requests});
  finding.evidence.push_back({.packet = flow.record.first_packet,
                              .time = flow.record.first,
                              .until = std::nullopt,
                              .what = fmt::format("{} from {}", request, fact::who(flow, flow.client_side()))});
  finding.evidence.push_back({.packet = exchange.last_request_packet,
                              .time = exchange.last_request,
                              .until = flow.context.end,
                              .what = fmt::format("{}, no reply in {}", counted(exchange.requests, "request"),
                                                  human(flow.waited_since(exchange.first_request)))});
}

Ruling judge_udp_no_reply(const Subject& flow) {
  if (flow.record.key.transport != Transport::udp) return std::nullopt;
  const auto confidence = unanswered(flow);
  if (!confidence) return std::nullopt;
  const bool file = asks_for_file(flow.record, flow.detail);
  if (file && flow.context.census.is_answered_elsewhere(flow.record)) return std::nullopt;
  if (file || flow.detail->exchange.expects_reply || flow.is_told_dropped())
    return Judgement{.confidence = *confidence};
  if (!is_question(flow)) return std::nullopt;
  constexpr double kUnknownProtocol = 0.7;
  return Judgement{.confidence = std::min(*confidence, kUnknownProtocol)};
}

void describe_udp_no_reply(const Subject& flow, Finding& finding) {
  const ApplicationFacts& asked = flow.detail->application(flow.client_side());
  if (asked.name_len != 0) set_attribute(finding, "name", escaped(asked.name_text()));
  fact::describe_requests(flow, "request", finding);
}

Ruling judge_ping_no_reply(const Subject& flow) {
  const Transport transport = flow.record.key.transport;
  if (transport != Transport::icmp && transport != Transport::icmp6) return std::nullopt;
  const auto confidence = unanswered(flow);
  if (!confidence || fact::traceroute(flow)) return std::nullopt;
  return Judgement{.confidence = *confidence};
}

void describe_ping_no_reply(const Subject& flow, Finding& finding) {
  fact::describe_requests(flow, "echo request", finding);
}

}  // namespace whydrop
