// Predicates about addresses, ports and the ways that packets take.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "src/cause/predicates.h"
#include "src/core/text.h"
#include "src/wire/icmp.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t kEnoughTries = 3;
constexpr Duration kFar = 150ms;
constexpr Duration kNear = 60ms;
constexpr std::size_t kEnoughAttempts = 3;
// Google Cloud NAT gives a machine 64 ports unless told otherwise, Azure a thousand.
constexpr std::uint64_t kFewConnections = 64;
constexpr std::uint64_t kManyConnections = 1000;

// SMTP; NetBIOS, SMB and RPC; SQL Server's browser; ports of the worms Blaster and Sasser.
constexpr std::uint16_t kCarrierBlocked[] = {25, 135, 136, 137, 138, 139, 445, 593, 1434, 4444, 5554, 9996};

/// Where health checks come from, as the clouds publish it.
struct Prober {
  std::string_view network;
  unsigned bits;
  std::string_view who;
};
constexpr Prober kProbers[] = {
    {"130.211.0.0", 22, "Google Cloud's health checks"}, {"35.191.0.0", 16, "Google Cloud's health checks"},
    {"168.63.129.16", 32, "Azure's health probes"},      {"100.125.0.0", 16, "Huawei Cloud's health checks"},
    {"100.64.0.0", 10, "Alibaba Cloud's health checks"},
};

bool share_prefix(const IpAddress& a, const IpAddress& b, unsigned bits) {
  if (a.is_v4() != b.is_v4()) return false;
  const auto left = a.family_bytes();
  const auto right = b.family_bytes();
  for (unsigned bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if ((left[bit / 8] & mask) != (right[bit / 8] & mask)) return false;
  }
  return true;
}

/// As far as addresses tell: prefix lengths stand in no packet, these are the usual ones.
bool same_network(const IpAddress& a, const IpAddress& b) { return share_prefix(a, b, a.is_v4() ? 24 : 64); }

/// From the SYN to the ACK, where neither was repeated; 0: unknown.
Duration round_trip(const Flow& flow) {
  if (!flow.detail || flow.record.client().syns != 1 || flow.record.server().syns != 1) return {};
  const FlowDetail& detail = *flow.detail;
  if (detail.syn_first == Time{} || detail.handshake_ack == Time{}) return {};
  return detail.handshake_ack - detail.syn_first;
}

}  // namespace

Answer ask_answerer_beside_client(const Case& about) {
  for (const Flow& flow : about.finding.exemplars) {
    const Endpoint client = flow.record.client_endpoint();
    const auto answerer = about.census.misaddressed_answer(client, flow.record.client().next);
    if (!answerer) continue;
    const std::string pair =
        fmt::format("{}, which answers, and {}, which asked,", to_string(answerer->address), to_string(client.address));
    if (same_network(client.address, answerer->address)) return holds(pair + " stand in one network");
    return contrary(pair + " stand in different networks");
  }
  return unknown();
}

Answer ask_client_came_two_ways(const Case& about) {
  for (const Flow& flow : about.finding.exemplars) {
    if (!flow.detail) continue;
    const SenderFacts& client = flow.detail->sender(flow.record.initiator);
    if (client.min_ttl == 0 || client.min_ttl == client.max_ttl) continue;
    return holds(fmt::format("packets of {} in one connection arrive with TTL {} and {}: they took different ways",
                             to_string(flow.record.client_endpoint().address), client.min_ttl, client.max_ttl));
  }
  return unknown();
}

Answer ask_answer_has_no_route(const Case& about) {
  for (const Flow& flow : about.finding.exemplars) {
    if (!flow.detail) continue;
    for (const IcmpErrorFact& error : std::span(flow.detail->icmp).first(flow.detail->icmp_count)) {
      const bool about_answer = error.about != flow.record.initiator;
      const IcmpMeaning meaning = icmp_meaning(!flow.record.key.low.is_v4(), error.type, error.code);
      if (!about_answer || meaning != IcmpMeaning::unreachable) continue;
      return holds(fmt::format("packet {}: {} tells the server that its answer cannot be delivered to {}",
                               error.packet.number(), to_string(error.sender),
                               to_string(flow.record.client_endpoint().address)));
    }
  }
  return unknown();
}

Answer ask_fate_bound_to_ports(const Case& about) {
  const ServiceFacts* service = about.service();
  if (service == nullptr || ask_partial_success_same_time(about).truth != Truth::holds) return unknown();
  if (service->opened_late > 0) {
    return contrary(fmt::format("{} opened only when the SYN was repeated: the ports do not decide",
                                counted(service->opened_late, "connection")));
  }
  const auto& failed = about.finding.exemplars;
  const bool repeated =
      std::ranges::all_of(failed, [](const Flow& flow) { return flow.record.client().syns >= kEnoughTries; });
  if (failed.size() < 2 || service->answered < 2 || !repeated) return unknown();
  return holds(fmt::format("{} opened at once from some source ports, while from others every repeated SYN failed too",
                           counted(service->answered, "connection")));
}

Answer ask_port_blocked_by_carriers(const Case& about) {
  const auto& [address, port] = about.finding.server;
  if (!address || !port) return unknown();
  const bool listed = std::ranges::find(kCarrierBlocked, *port) != std::end(kCarrierBlocked);
  if (!listed) return contrary(fmt::format("port {} is none that carriers block", *port));
  if (fact::is_private(*address)) return contrary(to_string(*address) + " is not reached through a carrier");
  return holds(fmt::format("many carriers and clouds block port {}", *port));
}

Answer ask_long_round_trip(const Case& about) {
  Duration shortest{};
  for (const Flow& flow : about.finding.exemplars) {
    const Duration took = round_trip(flow);
    if (took > Duration{} && (shortest == Duration{} || took < shortest)) shortest = took;
  }
  if (shortest >= kFar) return holds(fmt::format("the handshake takes {} at the least", human(shortest)));
  if (shortest == Duration{} || shortest > kNear) return unknown();
  return contrary(fmt::format("the handshake takes {}", human(shortest)));
}

Answer ask_no_fragment_arrives(const Case& about) {
  const auto* whole = fact::attribute<std::int64_t>(about.finding, "whole_datagrams");
  if (whole == nullptr) return unknown();
  if (*whole == 0) return holds("not one datagram that was sent in fragments arrives whole");
  return contrary(
      fmt::format("{} in fragments arrived whole", counted(static_cast<std::uint64_t>(*whole), "datagram")));
}

Answer ask_client_is_health_checker(const Case& about) {
  const auto& client = about.finding.client.address;
  if (!client) return unknown();
  for (const Prober& prober : kProbers) {
    if (!share_prefix(*client, *IpAddress::parse(prober.network), prober.bits)) continue;
    return holds(fmt::format("{} is an address of {}", to_string(*client), prober.who));
  }
  return unknown();
}

Answer ask_attempts_at_even_intervals(const Case& about) {
  const auto& flows = about.finding.exemplars;
  if (!about.finding.client.address || flows.size() < kEnoughAttempts) return unknown();
  std::vector<Time> times;
  for (const Flow& flow : flows) times.push_back(flow.record.first);
  std::ranges::sort(times);
  Duration shortest = Duration::max();
  Duration longest{};
  for (std::size_t at = 1; at < times.size(); ++at) {
    shortest = std::min(shortest, times[at] - times[at - 1]);
    longest = std::max(longest, times[at] - times[at - 1]);
  }
  if (shortest >= 1s && longest <= shortest * 5 / 4) {
    return holds(fmt::format("{} tries every {}", about.client_text(), human(shortest)));
  }
  if (longest < shortest * 3) return unknown();
  return contrary(fmt::format("{} tries at uneven intervals", about.client_text()));
}

Answer ask_client_opens_many(const Case& about) {
  const HostFacts* client = about.client();
  if (client == nullptr) return unknown();
  const std::uint64_t opened = client->client_answered + client->client_failed;
  const std::string text = fmt::format("{} opened {} in this capture", about.client_text(), counted(opened, "flow"));
  if (opened >= kManyConnections) return holds(text);
  if (opened < kFewConnections) return contrary(text);
  return unknown();
}

Answer ask_flood_hits_server(const Case& about) {
  const auto& [address, port] = about.finding.server;
  if (!address || !port || !about.census.is_flooded(*address, *port)) return unknown();
  return holds(about.server_text() + " is hit by a flood of SYNs");
}

}  // namespace whydrop
