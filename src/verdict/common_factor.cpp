// Looks at every flow of the services that a finding names, twice: first at those that failed, then at the others.
#include "src/verdict/common_factor.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/core/text.h"
#include "src/verdict/census_keys.h"

namespace whydrop {
namespace {

using Kind = CommonFactor::Kind;

constexpr std::uint64_t kFew = 2;  // one flow shares everything with itself
constexpr unsigned kShortestSubnetV4 = 16;
constexpr unsigned kShortestSubnetV6 = 32;

FlowKey key_of(const FlowRecord& record) {
  const Endpoint server = record.server_endpoint();
  return census::service_key(server.address, has_ports(record.key.transport) ? server.port : std::uint16_t{0},
                             record.key.transport);
}

bool went_well(const FlowVerdict& flow) {
  const Severity severity = info(flow.verdict).severity;
  return severity != Severity::failure && flow.verdict != VerdictId::inconclusive &&
         flow.record->client().packets != 0 && flow.record->server().packets != 0;
}

bool is_subnet(const CommonPrefix& clients) {
  return clients.family_bits() >= (clients.first().is_v4() ? kShortestSubnetV4 : kShortestSubnetV6);
}

CommonFactor one_client(const FailedFlows& failed, const PassedFlows& passed) {
  if (!failed.clients.is_one() || passed.same_client != 0 || failed.count + passed.count <= kFew) return {};
  return {.kind = Kind::client,
          .sentence = fmt::format("all from {}; {} by other clients went well", to_string(failed.clients.first()),
                                  counted(passed.count, "attempt"))};
}

CommonFactor one_subnet(const FailedFlows& failed, const PassedFlows& passed) {
  const CommonPrefix subnet = failed.clients.widened_to_subnet();
  if (failed.clients.is_one() || !is_subnet(subnet) || passed.same_subnet != 0 || passed.count < kFew) return {};
  return {.kind = Kind::subnet,
          .sentence =
              fmt::format("all from {}; {} from elsewhere went well", subnet.text(), counted(passed.count, "attempt"))};
}

CommonFactor one_vlan(const FailedFlows& failed, const PassedFlows& passed) {
  if (failed.several_vlans || passed.same_vlan != 0 || failed.count < kFew || passed.count < kFew) return {};
  const std::string where =
      failed.vlan.value_or(0) == 0 ? "all without a VLAN tag" : fmt::format("all on VLAN {}", *failed.vlan);
  return {.kind = Kind::vlan,
          .sentence = fmt::format("{}; {} on another went well", where, counted(passed.count, "attempt"))};
}

/// Before and after a moment: a change, or the end of a trouble.
CommonFactor one_period(const FailedFlows& failed, const PassedFlows& passed) {
  if (failed.count < kFew || passed.count < kFew) return {};
  if (passed.last < failed.first) {
    return {.kind = Kind::since,
            .sentence = fmt::format("all since one moment: {} before it went well, the last {} earlier",
                                    counted(passed.count, "attempt"), human(failed.first - passed.last))};
  }
  if (failed.last < passed.first) {
    return {.kind = Kind::until,
            .sentence = fmt::format("all until one moment: {} after it went well, the first {} later",
                                    counted(passed.count, "attempt"), human(passed.first - failed.last))};
  }
  return {};
}

CommonFactor one_half(const SourcePortHalves& halves) {
  if (!halves.separates()) return {};
  const auto odd = halves.failed_are_odd();
  const std::string which = !odd   ? "of one half of the source ports, as a hash divides them"
                            : *odd ? "of odd source ports"
                                   : "of even source ports";
  return {.kind = Kind::source_port_half,
          .sentence = fmt::format("all {}; the other half went well, as when one of two paths is broken", which)};
}

CommonFactor above_a_rate(const AttemptsBySecond& seconds) {
  const auto limit = seconds.limit();
  if (!limit) return {};
  return {.kind = Kind::rate,
          .sentence = fmt::format("all in seconds with more than {}, of which {:.1f} a second were answered",
                                  counted(limit->most_without_failure, "attempt"), limit->answered_per_second),
          .answered_per_second = limit->answered_per_second};
}

struct Others {
  std::uint64_t answering = 0;
  bool any_sign_of_life = false;
};

/// What else this server does; that its address resolves is no service.
Others others_of(const IpAddress& server, const ServiceFacts* own, const Census& census) {
  Others others;
  const ServiceFacts* arp = census.service(server, 0, Transport::arp);
  const ServiceFacts* nd = census.service(server, 0, Transport::nd);
  for (const ServiceFacts* facts : census.services_of(server)) {
    if (facts == own || facts == arp || facts == nd) continue;
    others.answering += facts->answered != 0 ? 1U : 0U;
    others.any_sign_of_life = others.any_sign_of_life || facts->answered + facts->refused != 0;
  }
  return others;
}

/// Nothing of this service went well: is it the port, the server, or all that this client does?
CommonFactor one_target(const Finding& finding, const Census& census) {
  const IpAddress& server = *finding.server.address;
  const ServiceFacts* own = census.service(server, finding.server.port.value_or(0), finding.transport);
  if (own == nullptr || own->answered != 0) return {};
  const Others others = others_of(server, own, census);
  if (finding.server.port && others.answering != 0) {
    return {.kind = Kind::port,
            .sentence =
                fmt::format("all to port {}; {} of this server {}", *finding.server.port,
                            counted(others.answering, "other service"), others.answering == 1 ? "answers" : "answer")};
  }
  const HostFacts* client = finding.client.address ? census.host(*finding.client.address) : nullptr;
  const bool lives = others.any_sign_of_life || own->refused != 0;
  if (lives || client == nullptr || client->client_answered == 0) return {};
  return {
      .kind = Kind::server,
      .sentence = fmt::format("all to {}, which answers nothing; the client is answered by others", to_string(server))};
}

/// Without anything that went well to compare with, what they share is told all the same.
CommonFactor shared_origin(const FailedFlows& failed) {
  if (failed.count < kFew) return {};
  if (failed.clients.is_one()) {
    return {.kind = Kind::client,
            .sentence = fmt::format("all from {}; nobody else tried", to_string(failed.clients.first()))};
  }
  const CommonPrefix subnet = failed.clients.widened_to_subnet();
  if (!is_subnet(subnet)) return {};
  return {.kind = Kind::subnet, .sentence = fmt::format("all from {}; nobody else tried", subnet.text())};
}

}  // namespace

void CommonFactors::expect(std::uint32_t number, const Finding& finding) {
  if (finding.scan || !finding.server.address || contrasts_.size() == kMost) return;
  contrasts_.try_emplace(number);
  const FlowKey key = census::service_key(*finding.server.address, finding.server.port.value_or(0), finding.transport);
  findings_of_service_[key].push_back(number);
}

void CommonFactors::look_at(std::span<const FlowVerdict> flows) {
  if (contrasts_.empty()) return;
  const auto note = [](Contrast& contrast, const FlowRecord& record, bool failed) {
    contrast.seconds.add(record.first, failed);
    if (has_ports(record.key.transport)) contrast.halves.add(record.client_endpoint().port, failed);
  };
  for (const FlowVerdict& flow : flows) {
    const auto found = contrasts_.find(flow.finding);
    if (found == contrasts_.end()) continue;
    found->second.failed.add(*flow.record);
    note(found->second, *flow.record, true);
  }
  for (const FlowVerdict& flow : flows) {
    if (!went_well(flow)) continue;
    const auto* numbers = findings_of_service_.find(key_of(*flow.record));
    if (numbers == nullptr) continue;
    for (const std::uint32_t number : *numbers) {
      if (flow.finding == number) continue;
      Contrast& contrast = contrasts_.at(number);
      contrast.passed.add(*flow.record, contrast.failed);
      note(contrast, *flow.record, false);
    }
  }
}

CommonFactor CommonFactors::of(std::uint32_t number, const Finding& finding, const Census& census) const {
  const auto found = contrasts_.find(number);
  if (found == contrasts_.end() || found->second.failed.count == 0) return {};
  const auto& [failed, passed, halves, seconds] = found->second;
  if (passed.count == 0) {
    const CommonFactor target = one_target(finding, census);
    return target ? target : shared_origin(failed);
  }
  for (CommonFactor factor : {one_client(failed, passed), one_subnet(failed, passed), one_vlan(failed, passed),
                              one_period(failed, passed), one_half(halves), above_a_rate(seconds)}) {
    if (factor) return factor;
  }
  return {};
}

}  // namespace whydrop
