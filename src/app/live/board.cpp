// Keeps what is known up to date, and bounded.
#include "src/app/live/board.h"

#include <algorithm>
#include <utility>

namespace whydrop {
namespace {

double per_second(std::uint64_t more, Duration passed) {
  return passed > Duration{} ? static_cast<double>(more) / seconds(passed) : 0;
}

void apply(const FindingChange& change, LiveFinding& finding, Time now) {
  finding.id = change.id;
  finding.change = change.change;
  finding.changed = now;
  finding.what = change.what;
  finding.healed = change.change == Change::healed;
  if (change.change == Change::appeared || change.change == Change::recurred) finding.began = now;
}

/// For one that was left out when it appeared.
LiveFinding as_of_old(const Finding& finding) {
  return {.change = Change::appeared, .changed = finding.first, .began = finding.first};
}

}  // namespace

Board::Board(std::string interfaces, std::string filter, Time now) : counted_(now) {
  state_.interfaces = std::move(interfaces);
  state_.filter = std::move(filter);
  state_.began = now;
  state_.now = now;
}

void Board::judged(Report report, std::span<const Standing> standing, const std::vector<FindingChange>& changes,
                   Time now) {
  state_.now = now;
  state_.flows = report.flows;
  state_.capture = std::move(report.capture);
  Findings known;
  for (LiveFinding& finding : state_.findings) known[finding.id] = std::move(finding);
  for (const FindingChange& change : changes) {
    LiveFinding& finding = known[change.id];
    apply(change, finding, now);
    if (change.gone && finding.diagnosis.finding.evidence.empty()) finding.diagnosis = *change.gone;
  }
  keep(std::move(known), std::move(report.diagnoses), standing);
}

void Board::keep(Findings known, std::vector<Diagnosis> diagnoses, std::span<const Standing> standing) {
  std::uint64_t nameless = 0;
  for (std::size_t at = 0; at < diagnoses.size(); ++at) {
    if (standing[at].id == 0) {
      ++nameless;
      continue;
    }
    LiveFinding& finding = known.try_emplace(standing[at].id, as_of_old(diagnoses[at].finding)).first->second;
    finding.id = standing[at].id;
    finding.healed = standing[at].healed;
    finding.diagnosis = std::move(diagnoses[at]);
    finding.diagnosis.finding.exemplars.clear();  // they point into the table
  }
  state_.findings.clear();
  for (auto& [id, finding] : known) state_.findings.push_back(std::move(finding));
  sort_by_importance(state_.findings);
  state_.left_out = nameless;
  if (state_.findings.size() > kMost) {
    state_.left_out += state_.findings.size() - kMost;
    state_.findings.resize(kMost);
  }
}

void Board::counted(const LiveCounts& counts, Time now) {
  const Duration passed = now - std::exchange(counted_, now);
  state_.packets_per_second = per_second(counts.packets - state_.packets, passed);
  state_.bytes_per_second = per_second(counts.bytes - std::exchange(bytes_, counts.bytes), passed);
  state_.packets = counts.packets;
  state_.memory = counts.memory;
  state_.lost = counts.lost;
  state_.now = now;
  state_.health.clear();
  for (const LiveHealth& one : counts.health) {
    if (one.up) have_been_up_.insert(one.interface);
    if (have_been_up_.contains(one.interface)) state_.health.push_back(one);
  }
}

void Board::note(const CaptureEvent& event) { state_.notice = event; }

}  // namespace whydrop
