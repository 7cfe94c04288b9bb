// The cause catalog: tables of names and lookups.
#include "src/cause/catalog.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

namespace whydrop {

std::span<const SystemInfo> all_systems() {
  static constexpr SystemInfo kSystems[] = {
#define SYSTEM(id, is_cloud, title) {id, is_cloud, title},
#include "src/cause/systems.def"
#undef SYSTEM
  };
  return kSystems;
}

std::span<const ComponentInfo> all_components() {
#define COMPONENT(enumerator, id, title, where, ...) \
  static constexpr std::string_view kSystemsOf_##enumerator[] = {__VA_ARGS__};
#include "src/cause/components.def"
#undef COMPONENT
  static constexpr ComponentInfo kComponents[] = {
#define COMPONENT(enumerator, id, title, where, ...) {Component::enumerator, id, title, where, kSystemsOf_##enumerator},
#include "src/cause/components.def"
#undef COMPONENT
  };
  return kComponents;
}

std::span<const PlaceInfo> all_places() {
  static constexpr PlaceInfo kPlaces[] = {
#define PLACE(enumerator, id) {Place::enumerator, id},
#include "src/cause/places.def"
#undef PLACE
  };
  return kPlaces;
}

bool Condition::holds_for(const Finding& finding) const {
  const auto fits = [](const auto& accepted, const auto& value) {
    return accepted.empty() || std::ranges::find(accepted, value) != accepted.end();
  };
  if (!fits(vantages, finding.vantage) || !fits(transports, finding.transport)) return false;
  return std::ranges::all_of(attributes, [&](const AttributeMatch& match) {
    const AttributeValue* value = finding.attribute(match.name);
    return value != nullptr && fits(match.values, to_string(*value));
  });
}

const Explanation* CauseEntry::explanation_for(const Finding& finding) const {
  const auto found = std::ranges::find_if(explains, [&](const Explanation& explanation) {
    return explanation.verdict == finding.verdict && explanation.when.holds_for(finding);
  });
  return found == explains.end() ? nullptr : &*found;
}

const CauseEntry* Catalog::find(std::string_view id) const {
  const auto found = std::ranges::find(parts_.causes, id, &CauseEntry::id);
  return found == parts_.causes.end() ? nullptr : &*found;
}

const FamilyEntry* Catalog::find_family(std::string_view id) const {
  const auto found = std::ranges::find(parts_.families, id, &FamilyEntry::id);
  return found == parts_.families.end() ? nullptr : &*found;
}

std::vector<const CauseEntry*> Catalog::members_of(std::string_view family) const {
  std::vector<const CauseEntry*> members;
  for (const CauseEntry& cause : parts_.causes) {
    if (std::ranges::find(cause.explains, family, &Explanation::family) != cause.explains.end()) {
      members.push_back(&cause);
    }
  }
  return members;
}

std::vector<const CauseEntry*> Catalog::explaining(VerdictId verdict) const {
  std::multimap<double, const CauseEntry*, std::greater<>> by_prior;  // equal ones stay in catalog order
  for (const CauseEntry& cause : parts_.causes) {
    double highest = 0;
    for (const Explanation& explanation : cause.explains) {
      if (explanation.verdict == verdict) highest = std::max(highest, explanation.prior);
    }
    if (highest > 0) by_prior.emplace(highest, &cause);
  }
  std::vector<const CauseEntry*> causes;
  for (const auto& [prior, cause] : by_prior) causes.push_back(cause);
  return causes;
}

namespace {

/// Whether a firewall's log has anything to say about causes that sit there.
bool may_be_a_filter(Component component) {
  switch (component) {
    case Component::host_firewall:
    case Component::windows_firewall:
    case Component::linux_host:
    case Component::cloud_security_group:
    case Component::cloud_network_acl:
    case Component::cloud_firewall:
    case Component::cloud_network:
    case Component::network_firewall:
    case Component::nat: return true;
    case Component::load_balancer:
    case Component::carrier:
    case Component::routing:
    case Component::link:
    case Component::host:
    case Component::service:
    case Component::client:
    case Component::capture:
    case Component::traffic: return false;
  }
  return false;
}

}  // namespace

std::vector<LogGuide> Catalog::logs_for(const CauseEntry& cause) const {
  std::vector<LogGuide> found;
  if (!may_be_a_filter(cause.component)) return found;
  std::ranges::copy_if(parts_.logs, std::back_inserter(found), [&](const LogGuide& log) {
    return std::ranges::find(cause.checks, log.system, &Check::system) != cause.checks.end();
  });
  return found;
}

}  // namespace whydrop
