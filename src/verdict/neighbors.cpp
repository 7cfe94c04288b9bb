// ARP and neighbour discovery: arp-no-reply, nd-no-reply, address-conflict.
#include <fmt/format.h>

#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr Duration kNeighborPatience = 1s;
constexpr std::uint64_t kSweep = 8;  // one asker, so many targets: a scan of the subnet, not dead neighbours
constexpr std::uint32_t kRepeatsFromStranger = 3;
constexpr Duration kSoon = 3s;  // "about a second apart": a cache that is refreshed now and then asks for no one's sake
constexpr Duration kAlternating = 60s;
constexpr std::uint8_t kAlternations = 2;

/// VRRP and CARP (00:00:5e:00:01, :02), HSRP (00:00:0c:07:ac, 00:00:0c:9f:f), GLBP (00:07:b4): of a group, not a host.
bool is_virtual(const MacAddress& mac) {
  const auto starts_with = [&](std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), mac.bytes.begin());
  };
  return starts_with({0x00, 0x00, 0x5e, 0x00, 0x01}) || starts_with({0x00, 0x00, 0x5e, 0x00, 0x02}) ||
         starts_with({0x00, 0x00, 0x0c, 0x07, 0xac}) || starts_with({0x00, 0x00, 0x0c, 0x9f}) ||
         starts_with({0x00, 0x07, 0xb4});
}

bool is_neighbor(const Subject& flow) {
  return flow.record.key.transport == Transport::arp || flow.record.key.transport == Transport::nd;
}

/// Asked three times in a row by one whose own traffic is not here; where the row is broken, once more than that.
bool is_patient_stranger(const ExchangeFacts& exchange) {
  const bool broken = exchange.first_gap > kSoon || exchange.last_gap > kSoon;
  if (exchange.first_gap > kSoon && exchange.last_gap > kSoon) return false;
  return exchange.requests >= kRepeatsFromStranger + (broken ? 1U : 0U);
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
  if (!is_patient_stranger(exchange)) return std::nullopt;
  if (target != nullptr && target->neighbor_asked != 0) return std::nullopt;  // it asks, so it lives
  return Judgement{.confidence = 0.75};
}

}  // namespace

Ruling judge_arp_no_reply(const Subject& flow) { return judge_neighbor(flow, Transport::arp); }
Ruling judge_nd_no_reply(const Subject& flow) { return judge_neighbor(flow, Transport::nd); }
void describe_arp_no_reply(const Subject& flow, Finding& finding) {
  fact::describe_requests(flow, "ARP question", finding);
}
void describe_nd_no_reply(const Subject& flow, Finding& finding) {
  fact::describe_requests(flow, "neighbour solicitation", finding);
}

Ruling judge_address_conflict(const Subject& flow) {
  if (!is_neighbor(flow) || flow.detail == nullptr) return std::nullopt;
  const ExchangeFacts& exchange = flow.detail->exchange;
  if (exchange.mac_changes == 0 || is_virtual(exchange.mac) || is_virtual(exchange.other_mac)) return std::nullopt;
  const bool alternating =
      exchange.mac_changes >= kAlternations && exchange.last_reply - exchange.mac_changed <= kAlternating;
  if (!exchange.two_answered && !alternating) return std::nullopt;
  return Judgement{.confidence = alternating ? 0.9 : 0.8};
}

void describe_address_conflict(const Subject& flow, Finding& finding) {
  const ExchangeFacts& exchange = flow.detail->exchange;
  set_attribute(finding, "mac", to_string(exchange.mac));
  set_attribute(finding, "other_mac", to_string(exchange.other_mac));
  set_attribute(finding, "changes", std::int64_t{exchange.mac_changes});
  finding.evidence.push_back(
      {.packet = exchange.mac_packet,
       .time = exchange.mac_changed,
       .until = std::nullopt,
       .what = fmt::format("{} is claimed by {} and by {}", to_string(flow.record.server_endpoint().address),
                           to_string(exchange.other_mac), to_string(exchange.mac))});
}

}  // namespace whydrop
