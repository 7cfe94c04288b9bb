// From findings to diagnoses.
#include "src/cause/diagnose.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "src/cause/next_test.h"
#include "src/cause/placeholders.h"
#include "src/cause/platform.h"
#include "src/cause/rank.h"
#include "src/core/in_parallel.h"
#include "src/verdict/own_vantage.h"

namespace whydrop {
namespace {

bool is_cloud(std::string_view system) {
  return std::ranges::any_of(all_systems(),
                             [&](const SystemInfo& known) { return known.name == system && known.is_cloud; });
}

RankedCause printable_cause(ScoredCause& cause) {
  return {.id = cause.entry->id,
          .family = cause.explanation->family,
          .title = cause.entry->title,
          .probability = cause.probability,
          .reasons_for = std::move(cause.reasons_for),
          .reasons_against = std::move(cause.reasons_against),
          .checks = {},
          .otherwise = cause.entry->otherwise,
          .fixes = {},
          .score = std::move(cause.terms)};
}

/// Those of a known platform are all that matters where it has any.
std::vector<LogGuide> useful_logs(std::vector<LogGuide> logs, const Finding& finding, std::string_view platform) {
  if (std::ranges::find(logs, platform, &LogGuide::system) != logs.end()) {
    std::erase_if(logs, [&](const LogGuide& log) { return log.system != platform; });
  }
  for (LogGuide& log : logs) log.command = filled_or_named(log.command, finding);
  return logs;
}

void add_commands(const Catalog& catalog, const Ranking& ranking, std::string_view platform, Diagnosis& diagnosis) {
  if (!ranking.causes.empty()) {
    diagnosis.logs = useful_logs(catalog.logs_for(*ranking.causes.front().entry), diagnosis.finding, platform);
  }
  for (std::size_t at = 0; at < ranking.causes.size(); ++at) {
    const CauseEntry& entry = *ranking.causes[at].entry;
    diagnosis.causes[at].checks = filled(entry.checks, diagnosis.finding, platform);
    diagnosis.causes[at].fixes = filled(entry.fixes, diagnosis.finding, platform);
  }
  diagnosis.next_test = next_test(ranking, diagnosis, platform);
}

/// How much of a finding is explained.
enum class Depth : std::uint8_t { told, ranked, in_full };

class Diagnoser {
 public:
  Diagnoser(const Catalog& catalog, const Assessment& assessment, const DiagnoseOptions& options)
      : catalog_(catalog),
        assessment_(assessment),
        host_(options.host),
        platform_(options.platform.empty() ? cloud_of(assessment) : options.platform) {}

  Diagnosis explain(Finding finding, Depth depth) const {
    Diagnosis diagnosis;
    diagnosis.finding = std::move(finding);
    diagnosis.none_of_these = 1;
    diagnosis.is_ranked = depth != Depth::told;
    if (host_ != nullptr) settle_vantage(host_->latest, assessment_.census, diagnosis.finding);
    // A scan or a flood is its own explanation: that it fails is no fault.
    if (depth == Depth::told || diagnosis.finding.scan || diagnosis.finding.flood) return diagnosis;
    const std::string_view cloud = is_cloud(platform_) ? platform_ : std::string_view();
    Ranking ranking = rank(catalog_, {diagnosis.finding, assessment_.census, assessment_.capture, cloud, host_});
    diagnosis.families = std::move(ranking.families);
    diagnosis.ruled_out = std::move(ranking.ruled_out);
    diagnosis.none_of_these = ranking.none_of_these;
    for (ScoredCause& cause : ranking.causes) diagnosis.causes.push_back(printable_cause(cause));
    if (depth == Depth::in_full) add_commands(catalog_, ranking, platform_, diagnosis);
    return diagnosis;
  }

 private:
  const Catalog& catalog_;
  const Assessment& assessment_;
  const HostKnowledge* host_;
  std::string_view platform_;
};

/// `finding(place)` gives each of them.
template <typename FindingAt>
std::vector<Diagnosis> explain_all(const Diagnoser& diagnoser, std::size_t count, const DiagnoseOptions& options,
                                   const FindingAt& finding) {
  std::vector<Diagnosis> diagnoses(count);
  in_parallel(options.threads, count, [&](std::size_t place) {
    if (options.breathe) options.breathe();
    const Depth ranked = place < options.in_full ? Depth::in_full : Depth::ranked;
    diagnoses[place] = diagnoser.explain(finding(place), place < options.ranked ? ranked : Depth::told);
  });
  return diagnoses;
}

}  // namespace

std::vector<Diagnosis> diagnose(const Catalog& catalog, const Assessment& assessment, const DiagnoseOptions& options) {
  return explain_all(Diagnoser(catalog, assessment, options), assessment.findings.size(), options,
                     [&](std::size_t place) { return assessment.findings[place]; });
}

std::vector<Diagnosis> diagnose(const Catalog& catalog, Assessment&& assessment, const DiagnoseOptions& options) {
  const Diagnoser diagnoser(catalog, assessment, options);  // looks at all findings
  std::vector<Finding> findings = std::move(assessment).findings;
  return explain_all(diagnoser, findings.size(), options,
                     [&](std::size_t place) { return std::move(findings[place]); });
}

Diagnosis diagnose_one(const Catalog& catalog, const Assessment& assessment, const Finding& finding,
                       const DiagnoseOptions& options) {
  return Diagnoser(catalog, assessment, options).explain(finding, Depth::in_full);
}

}  // namespace whydrop
