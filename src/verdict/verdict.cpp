// The tables of verdict ids and quality notes, and the walk over the rules.
#include "src/verdict/verdict.h"

#include <algorithm>
#include <array>

#include "src/flow/tcp_tracker.h"
#include "src/verdict/quality.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

constexpr std::array kVerdicts = {
#define VERDICT(enumerator, id, severity, summary) VerdictInfo{VerdictId::enumerator, id, Severity::severity, summary},
#include "src/verdict/verdicts.def"
#undef VERDICT
};

struct Rule {
  Ruling (*judge)(const Subject&);
  void (*describe)(const Subject&, Finding&);
};
constexpr std::array kRules = {
#define VERDICT(enumerator, id, severity, summary) Rule{judge_##enumerator, describe_##enumerator},
#include "src/verdict/verdicts.def"
#undef VERDICT
};

constexpr std::array kQualityNotes = {
#define QUALITY(enumerator, id, summary) QualityInfo{QualityId::enumerator, id, summary},
#include "src/verdict/quality.def"
#undef QUALITY
};

bool stands_beside_a_failure(Severity severity) {
  return severity == Severity::degraded || severity == Severity::information;
}

}  // namespace

std::span<const VerdictInfo> all_verdicts() { return kVerdicts; }
const VerdictInfo& info(VerdictId id) { return kVerdicts[static_cast<std::size_t>(id)]; }

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::failure: return "failure";
    case Severity::degraded: return "degraded";
    case Severity::information: return "information";
    case Severity::healthy: return "healthy";
  }
  return "";
}

std::optional<VerdictId> verdict_named(std::string_view name) {
  const auto* const found = std::ranges::find(kVerdicts, name, &VerdictInfo::name);
  if (found == kVerdicts.end()) return std::nullopt;
  return found->id;
}

std::span<const QualityInfo> all_quality_notes() { return kQualityNotes; }
std::string_view name(QualityId id) { return kQualityNotes[static_cast<std::size_t>(id)].name; }

Verdict judge(const Subject& flow) {
  Verdict verdict;
  // Nearly every flow of a healthy capture: details were let go because nothing in them could matter.
  if (flow.detail == nullptr && closed_cleanly(flow.record)) return verdict;
  std::size_t at = 0;
  for (; at < kRules.size(); ++at) {
    const Ruling ruling = kRules[at].judge(flow);
    if (!ruling) continue;
    verdict.primary = kVerdicts[at].id;
    verdict.judgement = *ruling;
    break;
  }
  if (info(verdict.primary).severity == Severity::healthy) return verdict;
  for (++at; at < kRules.size(); ++at) {
    if (stands_beside_a_failure(kVerdicts[at].severity) && kRules[at].judge(flow)) {
      verdict.secondary.push_back(kVerdicts[at].id);
    }
  }
  return verdict;
}

void describe(VerdictId verdict, const Subject& flow, Finding& finding) {
  kRules[static_cast<std::size_t>(verdict)].describe(flow, finding);
}

}  // namespace whydrop
