// Name servers that answer with errors: dns-error.
#include <fmt/format.h>

#include "src/core/text.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kDns = 53;
constexpr Duration kTogether = 10s;  // of one look-up: all resolvers, both families, the search list
constexpr Duration kAskedAgain = 1s;

enum Rcode : std::uint16_t { kServerFailure = 2, kNoSuchName = 3, kRefused = 5 };

std::string_view rcode_name(std::uint16_t code) {
  switch (code) {
    case kServerFailure: return "SERVFAIL";
    case kNoSuchName: return "NXDOMAIN";
    case kRefused: return "REFUSED";
    default: return "error";
  }
}

const ApplicationFacts& question(const Subject& flow) { return flow.detail->application(flow.client_side()); }

const NameFacts* told(const Subject& flow, std::string_view name) {
  return flow.context.census.name(flow.record.client_endpoint().address, name_hash(name));
}

bool good_within(const NameFacts* facts, Time when) {
  if (facts == nullptr || facts->good == 0) return false;
  return facts->last_good + kTogether >= when;
}

/// The name itself, or what is left of it without suffixes of a search list, resolves.
bool resolves_after_all(const Subject& flow) {
  std::string_view name = question(flow).name_text();
  while (!name.empty()) {
    if (good_within(told(flow, name), flow.record.first)) return true;
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return false;
    name = name.substr(0, dot);
  }
  return false;
}

/// That a name does not exist is an answer, unless the client keeps asking for it.
bool only_missing(const Subject& flow) {
  const NameFacts* facts = told(flow, question(flow).name_text());
  if (facts == nullptr || facts->missing != facts->errors) return false;
  return facts->errors < 2 || facts->last_error - facts->first_error < kAskedAgain;
}

bool larger_answer_fails(const Subject& flow) {
  if (!flow.detail->exchange.truncated) return false;
  const ServiceFacts* over_tcp =
      flow.context.census.service(flow.record.server_endpoint().address, kDns, Transport::tcp);
  return over_tcp != nullptr && over_tcp->answered == 0 && over_tcp->silent + over_tcp->refused != 0;
}

bool is_judged(std::uint16_t code) { return code == kServerFailure || code == kNoSuchName || code == kRefused; }

}  // namespace

Ruling judge_dns_error(const Subject& flow) {
  if (flow.record.key.transport != Transport::udp || flow.detail == nullptr) return std::nullopt;
  if (flow.record.server_endpoint().port != kDns || question(flow).name_len == 0) return std::nullopt;
  const ExchangeFacts& exchange = flow.detail->exchange;
  if (larger_answer_fails(flow)) return Judgement{.confidence = 0.85};
  if (exchange.replies == 0 || exchange.errors < exchange.replies || !is_judged(exchange.status)) return std::nullopt;
  if (resolves_after_all(flow)) return std::nullopt;
  if (exchange.status == kNoSuchName && only_missing(flow)) return std::nullopt;
  return Judgement{.confidence = 0.9, .group = exchange.status};
}

void describe_dns_error(const Subject& flow, Finding& finding) {
  const ExchangeFacts& exchange = flow.detail->exchange;
  const std::string code(rcode_name(exchange.status));
  set_attribute(finding, "rcode", code);
  set_attribute(finding, "name", escaped(question(flow).name_text()));
  if (larger_answer_fails(flow)) set_attribute(finding, "truncated", true);
  finding.evidence.push_back({.packet = flow.record.first_packet,
                              .time = flow.record.first,
                              .until = std::nullopt,
                              .what = fmt::format("{} asks for {}", fact::who(flow, flow.client_side()),
                                                  escaped(question(flow).name_text()))});
  const FlowEvent* reply = flow.detail->events.find_first(FlowEvent::Kind::reply);
  if (reply == nullptr) return;
  finding.evidence.push_back(
      packet_evidence(*reply, fmt::format("{} answers {}", fact::who(flow, flow.server_side()), code)));
}

}  // namespace whydrop
