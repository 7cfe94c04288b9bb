// Questions without an answer: udp-no-reply, ping-no-reply, arp-no-reply, nd-no-reply.
#include <fmt/format.h>

#include "src/core/text.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;
using Kind = FlowEvent::Kind;

constexpr Duration kPatience = 2s;
constexpr Duration kRepeatPatience = 1s;
constexpr Duration kNeighborPatience = 1s;
constexpr std::uint64_t kSweep = 8;  // one asker, so many targets: a scan of the subnet, not dead neighbours
constexpr std::uint32_t kRepeatsFromStranger = 3;

bool to_many(const IpAddress& address) {
  return address.is_multicast() || address.is_broadcast() || address.is_unspecified();
}

/// Silence that has lasted long enough after requests that all deserved an answer.
std::optional<double> unanswered(const Subject& flow) {
  if (flow.detail == nullptr || to_many(flow.record.server_endpoint().address)) return std::nullopt;
  const ExchangeFacts& exchange = flow.detail->exchange;
  if (exchange.requests == 0 || exchange.replies != 0 || flow.server().packets != 0) return std::nullopt;
  if (flow.silent_since(exchange.first_request, kPatience)) {
    return exchange.requests > 1 ? 0.95 : 0.85;
  }
  const bool repeated = exchange.repeats != 0;
  if (repeated && flow.silent_since(exchange.last_request, kRepeatPatience)) return 0.8;
  return std::nullopt;
}

void describe_requests(const Subject& flow, std::string_view request, Finding& finding) {
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

Ruling judge_neighbor(const Subject& flow, Transport transport) {
  if (flow.record.key.transport != transport || flow.detail == nullptr) return std::nullopt;
  const ExchangeFacts& exchange = flow.detail->exchange;
  if (exchange.replies != 0 || exchange.requests < 2) return std::nullopt;
  if (!flow.silent_since(exchange.first_request, kNeighborPatience)) return std::nullopt;
  const Census& census = flow.context.census;
  const HostFacts* asker = census.host(flow.record.client_endpoint().address);
  const HostFacts* target = census.host(flow.record.server_endpoint().address);
  if (asker != nullptr && asker->neighbor_asked >= kSweep) return std::nullopt;
  if (target != nullptr && target->packets_sent != 0) return std::nullopt;  // it lives; its answer went another way
  const bool asker_is_seen = asker != nullptr && asker->packets_sent != 0;
  if (asker_is_seen) return Judgement{.confidence = 0.9};
  // A broadcast reaches this point from anywhere on the link, the unicast answer may not: only patience tells.
  if (exchange.requests < kRepeatsFromStranger) return std::nullopt;
  return Judgement{.confidence = 0.75};
}

}  // namespace

Ruling judge_udp_no_reply(const Subject& flow) {
  if (flow.record.key.transport != Transport::udp) return std::nullopt;
  const auto confidence = unanswered(flow);
  if (!confidence || (!flow.detail->exchange.expects_reply && !flow.is_told_dropped())) return std::nullopt;
  return Judgement{.confidence = *confidence};
}

void describe_udp_no_reply(const Subject& flow, Finding& finding) {
  const ApplicationFacts& asked = flow.detail->application(flow.client_side());
  if (asked.name_len != 0) set_attribute(finding, "name", escaped(asked.name_text()));
  describe_requests(flow, "request", finding);
}

Ruling judge_ping_no_reply(const Subject& flow) {
  const Transport transport = flow.record.key.transport;
  if (transport != Transport::icmp && transport != Transport::icmp6) return std::nullopt;
  const auto confidence = unanswered(flow);
  if (!confidence || fact::traceroute(flow)) return std::nullopt;
  return Judgement{.confidence = *confidence};
}

void describe_ping_no_reply(const Subject& flow, Finding& finding) { describe_requests(flow, "echo request", finding); }

Ruling judge_arp_no_reply(const Subject& flow) { return judge_neighbor(flow, Transport::arp); }
Ruling judge_nd_no_reply(const Subject& flow) { return judge_neighbor(flow, Transport::nd); }
void describe_arp_no_reply(const Subject& flow, Finding& finding) { describe_requests(flow, "ARP question", finding); }
void describe_nd_no_reply(const Subject& flow, Finding& finding) {
  describe_requests(flow, "neighbour solicitation", finding);
}

}  // namespace whydrop
