// What comes in parts: ping-partial, fragments-incomplete.
#include <fmt/format.h>

#include "src/core/text.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 2s;
constexpr std::uint64_t kRepeatedly = 2;

bool is_echo(const Subject& flow) {
  return flow.record.key.transport == Transport::icmp || flow.record.key.transport == Transport::icmp6;
}

/// Requests that stay without a reply; the last ones may still be answered.
std::uint32_t lost(const Subject& flow) {
  const ExchangeFacts& exchange = flow.detail->exchange;
  if (exchange.replies >= exchange.requests) return 0;
  const std::uint32_t missing = exchange.requests - exchange.replies;
  const bool pending = exchange.unanswered != 0 && !flow.silent_since(exchange.last_request, kPatience);
  return pending ? missing - std::min(missing, exchange.unanswered) : missing;
}

}  // namespace

Ruling judge_ping_partial(const Subject& flow) {
  if (!is_echo(flow) || flow.detail == nullptr || flow.detail->exchange.replies == 0) return std::nullopt;
  if (flow.record.server_endpoint().address.is_multicast() || fact::traceroute(flow) || lost(flow) == 0) {
    return std::nullopt;
  }
  return Judgement{.confidence = 0.9};
}

void describe_ping_partial(const Subject& flow, Finding& finding) {
  const ExchangeFacts& exchange = flow.detail->exchange;
  const double duration = seconds(exchange.last_request - exchange.first_request);
  set_attribute(finding, "requests", std::int64_t{exchange.requests});
  set_attribute(finding, "replies", std::int64_t{exchange.replies});
  if (duration > 0) set_attribute(finding, "answered_per_second", exchange.replies / duration);
  finding.evidence.push_back(
      {.packet = flow.record.first_packet,
       .time = flow.record.first,
       .until = std::nullopt,
       .what = fmt::format("{} of {} from {} answered", exchange.replies, counted(exchange.requests, "echo request"),
                           fact::who(flow, flow.client_side()))});
  finding.evidence.push_back({.packet = exchange.last_request_packet,
                              .time = exchange.last_request,
                              .until = flow.context.end,
                              .what = fmt::format("{} never answered", counted(lost(flow), "request"))});
}

Ruling judge_fragments_incomplete(const Subject& flow) {
  if (flow.detail == nullptr || flow.detail->fragments.incomplete == 0) return std::nullopt;
  const FragmentFacts& fragments = flow.detail->fragments;
  const ServiceFacts* service = fact::service_of(flow);
  const std::uint64_t seen = service == nullptr ? fragments.incomplete : service->incomplete_datagrams;
  if (seen < kRepeatedly || fragments.whole > fragments.incomplete) return std::nullopt;
  return Judgement{.confidence = 0.9, .group = static_cast<std::uint64_t>(fragments.sender == flow.client_side())};
}

void describe_fragments_incomplete(const Subject& flow, Finding& finding) {
  const FragmentFacts& fragments = flow.detail->fragments;
  set_attribute(finding, "direction",
                std::string(fragments.sender == flow.client_side() ? "client-to-server" : "server-to-client"));
  set_attribute(finding, "incomplete_datagrams", std::int64_t{fragments.incomplete});
  set_attribute(finding, "whole_datagrams", std::int64_t{fragments.whole});
  finding.evidence.push_back({.packet = fragments.packet,
                              .time = fragments.time,
                              .until = flow.context.end,
                              .what = fmt::format("a fragment from {}, whose datagram never becomes whole",
                                                  fact::who(flow, fragments.sender))});
}

}  // namespace whydrop
