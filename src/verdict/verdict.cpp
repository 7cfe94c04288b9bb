// The tables of verdict ids and quality notes, and the walk over the rules.
#include "src/verdict/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "src/core/text.h"
#include "src/flow/tcp_tracker.h"
#include "src/verdict/quality.h"
#include "src/verdict/quality_notes.h"
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

std::string_view source_name(Witness::Source source) {
  switch (source) {
    case Witness::Source::none: return "";
    case Witness::Source::packet_flags: return "pcapng verdict";
    case Witness::Source::pflog: return "PFLOG";
    case Witness::Source::nflog: return "NFLOG";
    case Witness::Source::drop_monitor: return "drop monitor";
  }
  return "";
}

/// What the capturing machine said stands first: nothing inferred is as strong.
void describe_witness(const Subject& flow, Finding& finding) {
  const WitnessFacts& witness = flow.detail->witness;
  const bool rejected = witness.dropped.verdict == FrameVerdict::rejected;
  const std::string said = rejected ? "rejected" : "dropped";
  const std::string words = escaped(witness.dropped.text_shown());
  set_attribute(finding, "capture_says", said);
  if (!words.empty()) set_attribute(finding, "capture_reason", words);
  finding.confidence_reasons.push_back(
      fmt::format("the capturing machine says that it {} {}", said, counted(witness.drops, "packet")));
  finding.evidence.insert(finding.evidence.begin(),
                          {.packet = witness.packet,
                           .time = witness.time,
                           .until = std::nullopt,
                           .what = fmt::format("{} by the capturing machine ({}{}{})", said,
                                               source_name(witness.dropped.source), words.empty() ? "" : ": ", words)});
}

bool stands_beside_a_failure(Severity severity) {
  return severity == Severity::degraded || severity == Severity::information;
}

Verdict judge_by_rules(const Subject& flow) {
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
  if (needs_hidden_packets(verdict.primary, flow.record, flow.context.census)) {
    return {.primary = VerdictId::inconclusive, .secondary = {}, .judgement = {.confidence = 1}};
  }
  if (info(verdict.primary).severity == Severity::healthy) return verdict;
  constexpr double kSaidSo = 0.99;
  if (flow.is_told_dropped()) verdict.judgement.confidence = kSaidSo;
  for (++at; at < kRules.size(); ++at) {
    if (stands_beside_a_failure(kVerdicts[at].severity) && kRules[at].judge(flow)) {
      verdict.secondary.add(kVerdicts[at].id);
    }
  }
  return verdict;
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

std::vector<VerdictId> VerdictSet::ids() const {
  std::vector<VerdictId> ids;
  for (const VerdictInfo& verdict : kVerdicts) {
    if ((bits_ & bit(verdict.id)) != 0) ids.push_back(verdict.id);
  }
  return ids;
}

std::optional<VerdictId> verdict_named(std::string_view name) {
  const auto* const found = std::ranges::find(kVerdicts, name, &VerdictInfo::name);
  if (found == kVerdicts.end()) return std::nullopt;
  return found->id;
}

std::span<const QualityInfo> all_quality_notes() { return kQualityNotes; }
std::string_view name(QualityId id) { return kQualityNotes[static_cast<std::size_t>(id)].name; }

Verdict judge(const Subject& flow) {
  if (flow.lone_syn == nullptr) return judge_by_rules(flow);
  // Floods are made of these. Where no error speaks of any flow, nothing but silence can have befallen a SYN.
  if (!flow.context.census.has_explanations_for_silence()) {
    if (const Ruling ruling = judge_syn_no_reply(flow)) {
      return {.primary = VerdictId::syn_no_reply, .secondary = {}, .judgement = *ruling};
    }
    if (!fact::replies_not_recorded(flow)) {  // the answer may still come
      return {.primary = VerdictId::inconclusive, .secondary = {}, .judgement = *judge_inconclusive(flow)};
    }
  }
  FlowDetail detail;
  recall(flow.record, *flow.lone_syn, detail);
  return judge_by_rules({flow.record, &detail, flow.context});
}

void describe(VerdictId verdict, const Subject& flow, Finding& finding) {
  kRules[static_cast<std::size_t>(verdict)].describe(flow, finding);
  if (flow.is_told_dropped()) describe_witness(flow, finding);
}

}  // namespace whydrop
