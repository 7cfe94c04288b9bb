// Compares two judgements of the same capture, one later than the other.
#include "src/app/live/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace whydrop {
namespace {

std::string leading_family(const Diagnosis& diagnosis) {
  return diagnosis.families.empty() ? std::string() : diagnosis.families.front().id;
}

/// Enough to speak of it later.
Diagnosis remembered(const Diagnosis& diagnosis) {
  Diagnosis kept = diagnosis;
  kept.finding.exemplars.clear();
  return kept;
}

/// What a reader would want to be told, among all that differs a little every second.
std::string news(const Diagnosis& before, const Diagnosis& now) {
  const Finding& finding = now.finding;
  if (before.finding.severity != finding.severity) {
    return fmt::format("{} before", name(before.finding.severity));
  }
  if (leading_family(before) != leading_family(now)) return fmt::format("likely {} before", leading_family(before));
  return "";
}

}  // namespace

Changes::Identity Changes::identity_of(const Finding& finding, std::map<Identity, unsigned>& met) {
  Identity all_but_order = {finding.verdict,
                            finding.transport,
                            finding.server.address,
                            finding.server.port,
                            finding.scan ? finding.client.address : std::nullopt,
                            0U};
  const unsigned order = met[all_but_order]++;
  std::get<unsigned>(all_but_order) = order;
  return all_but_order;
}

/// A finding that the report lacks, about the same responder: what happened has got another name.
std::optional<Changes::Known> Changes::predecessor(const Finding& finding) {
  const auto found = std::ranges::find_if(known_, [&](const auto& entry) {
    const Known& known = entry.second;
    return known.round + 1 == round_ && !known.healed && finding.server.address &&
           known.diagnosis.finding.server.address == finding.server.address;
  });
  if (found == known_.end()) return std::nullopt;
  Known known = std::move(found->second);
  known_.erase(found);
  return known;
}

void Changes::meet(const Identity& identity, std::size_t at, const Diagnosis& diagnosis,
                   std::vector<FindingChange>& changes) {
  std::optional<Known> before = predecessor(diagnosis.finding);
  if (!before && known_.size() >= kMost) return;
  FindingChange change{.change = Change::appeared, .at = at};
  if (before) {
    change.change = Change::changed;
    change.what = fmt::format("{} before", name(before->diagnosis.finding.verdict));
  }
  change.id = before ? before->id : next_id_++;
  known_[identity] = {
      .id = change.id, .round = round_, .told_count = diagnosis.finding.count, .diagnosis = remembered(diagnosis)};
  changes.push_back(std::move(change));
}

void Changes::compare(Known& known, std::size_t at, const Diagnosis& diagnosis, const Recovery& recovery,
                      std::vector<FindingChange>& changes) {
  FindingChange change{.change = Change::changed, .id = known.id, .at = at};
  const std::uint64_t count = diagnosis.finding.count;
  const std::string differs = news(known.diagnosis, diagnosis);
  known.diagnosis = remembered(diagnosis);
  if (std::exchange(known.healed, recovery.healed) != recovery.healed) {
    change.change = recovery.healed ? Change::healed : Change::recurred;
    if (recovery.healed) change.what = to_string(recovery.client) + " gets through again";
  } else if (recovery.healed || (differs.empty() && count < 2 * known.told_count)) {
    return;
  } else {
    change.what = differs;
  }
  known.told_count = count;
  changes.push_back(std::move(change));
}

/// Whose attempts ended well after all.
void Changes::bid_farewell(std::vector<FindingChange>& changes) {
  for (auto& [identity, known] : known_) {
    if (known.round == round_ || known.healed) continue;
    known.healed = true;
    changes.push_back({.change = Change::healed,
                       .id = known.id,
                       .what = "what had failed went on after all",
                       .gone = known.diagnosis});
  }
}

std::vector<FindingChange> Changes::update(const Report& report, const std::vector<Recovery>& recoveries) {
  ++round_;
  standing_.assign(report.diagnoses.size(), {});
  std::vector<FindingChange> changes;
  std::map<Identity, unsigned> met;
  std::vector<std::pair<Identity, std::size_t>> fresh;
  for (std::size_t at = 0; at < report.diagnoses.size(); ++at) {
    const Diagnosis& diagnosis = report.diagnoses[at];
    const Identity identity = identity_of(diagnosis.finding, met);
    const auto known = known_.find(identity);
    if (known == known_.end()) {
      fresh.emplace_back(identity, at);
      continue;
    }
    known->second.round = round_;
    compare(known->second, at, diagnosis, recoveries[at], changes);
    standing_[at] = {.id = known->second.id, .healed = known->second.healed};
  }
  // When all that are still there have been met, the others may have become these.
  for (const auto& [identity, at] : fresh) {
    meet(identity, at, report.diagnoses[at], changes);
    if (const auto known = known_.find(identity); known != known_.end()) standing_[at].id = known->second.id;
  }
  bid_farewell(changes);
  return changes;
}

}  // namespace whydrop
