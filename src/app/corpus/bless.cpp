// Writes expectations that hold.
#include "src/app/corpus/bless.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>

namespace whydrop {
namespace {

/// By role where that is certain, so that it holds with other addresses too.
std::optional<ExpectedAddress> expected_address(const std::optional<IpAddress>& address, const Roles& roles) {
  if (!address) return std::nullopt;
  const auto has_it = [&](const auto& role) { return std::ranges::find(role.second, *address) != role.second.end(); };
  if (std::ranges::count_if(roles, has_it) != 1) return *address;
  const auto role = std::ranges::find_if(roles, has_it);
  return ExpectedAddress(role->first, role->second);
}

ExpectedFinding expected_of(const Diagnosis& diagnosis, const Roles& roles) {
  const Finding& finding = diagnosis.finding;
  ExpectedFinding expected;
  expected.verdict = finding.verdict;
  expected.transport = finding.transport;
  expected.client = expected_address(finding.client.address, roles);
  expected.server = expected_address(finding.server.address, roles);
  if (finding.server.port.value_or(0) != 0) expected.server_port = finding.server.port;
  expected.count = CountRange{finding.count, finding.count};
  if (finding.vantage != Vantage::unknown) expected.vantage = finding.vantage;
  if (!diagnosis.families.empty()) expected.cause_family = diagnosis.families.front().id;
  return expected;
}

template <typename Values, typename Unwanted>
Values without(Values values, Unwanted unwanted) {
  std::erase_if(values, unwanted);
  return values;
}

template <typename Value>
void write(YAML::Emitter& out, const char* key, const std::optional<Value>& value) {
  if (value) out << YAML::Key << key << YAML::Value << *value;
}

template <typename Ids>
void write_names(YAML::Emitter& out, const char* key, const Ids& ids) {
  if (ids.empty()) return;
  out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
  for (const auto id : ids) out << std::string(name(id));
  out << YAML::EndSeq;
}

void write_attributes(YAML::Emitter& out, const ExpectedFinding& finding) {
  if (finding.attributes.empty() && !finding.sender) return;
  out << YAML::Key << "attributes" << YAML::Value << YAML::Flow << YAML::BeginMap;
  for (const auto& [attribute, value] : finding.attributes) out << YAML::Key << attribute << YAML::Value << value;
  if (finding.sender) out << YAML::Key << "sender" << YAML::Value << finding.sender->text;
  out << YAML::EndMap;
}

void write_finding(YAML::Emitter& out, const ExpectedFinding& finding) {
  const auto named = [](const auto& value) { return value ? std::optional(std::string(name(*value))) : std::nullopt; };
  const auto printed = [](const auto& value) { return value ? std::optional(to_string(*value)) : std::nullopt; };
  out << YAML::BeginMap << YAML::Key << "verdict" << YAML::Value << std::string(name(finding.verdict));
  write(out, "transport", named(finding.transport));
  write(out, "client", printed(finding.client));
  write(out, "server", printed(finding.server));
  write(out, "server_port", finding.server_port);
  write(out, "count", printed(finding.count));
  write(out, "vantage", named(finding.vantage));
  write_attributes(out, finding);
  write_names(out, "secondary", finding.secondary);
  write(out, "cause", finding.cause);
  write(out, "cause_family", finding.cause_family);
  if (finding.cause_within != 1) write(out, "cause_within", std::optional(finding.cause_within));
  write(out, "truth", finding.truth);
  out << YAML::EndMap;
}

}  // namespace

Expectation blessed(const Expectation& before, const Comparison& comparison, const Report& report) {
  Expectation after = before;
  after.findings.clear();
  for (std::size_t found = 0; found < report.diagnoses.size(); ++found) {
    const auto holder = std::ranges::find(comparison.partners, found);
    const Diagnosis& diagnosis = report.diagnoses[found];
    if (holder != comparison.partners.end()) {
      after.findings.push_back(before.findings[static_cast<std::size_t>(holder - comparison.partners.begin())]);
    } else if (is_unwanted(diagnosis.finding, before)) {
      after.findings.push_back(expected_of(diagnosis, before.roles));
    }
  }
  after.none = after.findings.empty() && !before.allow_others;
  after.absent = without(before.absent, [&](VerdictId id) {
    return std::ranges::any_of(report.diagnoses, [&](const Diagnosis& one) { return one.finding.verdict == id; });
  });
  after.quality = without(before.quality, [&](QualityId id) {
    return std::ranges::none_of(report.capture.quality, [&](const QualityNote& note) { return note.id == id; });
  });
  return after;
}

std::string expectation_yaml(const Expectation& expectation) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  if (!expectation.note.empty()) out << YAML::Key << "note" << YAML::Value << expectation.note;
  if (expectation.none) out << YAML::Key << "findings" << YAML::Value << "none";
  if (!expectation.findings.empty()) {
    out << YAML::Key << "findings" << YAML::Value << YAML::BeginSeq;
    for (const ExpectedFinding& finding : expectation.findings) write_finding(out, finding);
    out << YAML::EndSeq;
  }
  write_names(out, "absent", expectation.absent);
  write_names(out, "quality", expectation.quality);
  if (expectation.allow_others) out << YAML::Key << "allow_others" << YAML::Value << true;
  write(out, "xfail", expectation.xfail);
  out << YAML::EndMap << YAML::Newline;
  return out.c_str();
}

}  // namespace whydrop
