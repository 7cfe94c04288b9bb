// Counts all flows, judges each, gathers findings, notes what the capture cannot show.
#include "src/verdict/assess.h"

#include <utility>

#include "src/verdict/path_mtu.h"
#include "src/verdict/quality_notes.h"
#include "src/verdict/rules.h"
#include "src/verdict/twins.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

/// A silence that the capture's end leaves open must not count as one for others either.
constexpr Duration kLeastSilence = 1s;

void count_silences(Census& census, const FlowRecord& record, const IdleFacts& idle) {
  if (idle.survived != Duration{}) census.add_silence(record, idle.survived, true);
  const bool killed = idle.length != Duration{} && (idle.reset || (!idle.answered && idle.repeats != 0));
  if (killed) census.add_silence(record, idle.length, false);
}

void take_census(Census& census, const Subject& flow) {
  const auto& [record, detail, context, lone_syn] = flow;
  Outcome outcome = outcome_of(record, detail);
  if (outcome == Outcome::silent && context.end - record.first < context.wait(kLeastSilence)) {
    outcome = Outcome::unjudged;
  }
  census.add(record, detail, outcome);
  if (!fact::traceroute(flow)) census.add_attempt(record, detail, outcome);
  if (fact::waits_in_vain(flow, context.wait(kLeastSilence))) census.add_wait_in_vain(record);
  if (fact::half_opened(flow)) census.add_half_open(record);
  if (record.server().has(saw::syn_ack) && !record.client().has(saw::syn) && record.key.transport == Transport::tcp) {
    census.add_stray_syn_ack(record);
  }
  if (detail != nullptr) count_silences(census, record, detail->idle);
  const auto hole = find_black_hole(flow);
  if (hole && hole->proven) census.add_black_hole(record, hole->smallest_lost);
}

/// What can be bound only once all flows were counted: errors whose quote was changed on the way, and the connections
/// that won races.
void bind_loose_ends(Census& census, const Subject& flow) {
  if (flow.record.packets() == 0) return;
  census.add_winner(flow.record);
  if (outcome_of(flow.record, flow.detail) == Outcome::silent) {
    census.claim_errors(flow.record, flow.client_side(), IcmpMeaning::unreachable);
    census.claim_errors(flow.record, flow.client_side(), IcmpMeaning::time_exceeded);
  }
  const auto hole = find_black_hole(flow);
  if (!hole || !hole->quote_differs) return;
  census.claim_errors(flow.record, hole->sender, IcmpMeaning::packet_too_big);
  census.add_black_hole(flow.record, hole->smallest_lost);
}

/// What counting makes of a flow; a scan's failures are information, whatever they are one by one.
Severity counted_severity(VerdictId verdict, bool by_scanner) {
  const Severity severity = info(verdict).severity;
  return severity == Severity::failure && by_scanner ? Severity::information : severity;
}

}  // namespace

std::map<std::uint32_t, std::size_t> places_of_findings(const Assessment& assessment) {
  const std::vector<Finding>& findings = assessment.findings;
  std::map<PacketRef, std::size_t> shown;
  for (std::size_t at = 0; at < findings.size(); ++at) {
    for (const Flow& flow : findings[at].exemplars) shown.emplace(flow.record.first_packet, at);
  }
  std::map<std::uint32_t, std::size_t> places;
  for (const FlowVerdict& flow : assessment.flows) {
    if (flow.finding == FlowVerdict::kNoFinding) continue;
    const auto known = shown.find(flow.record->first_packet);
    if (known != shown.end() && findings[known->second].verdict == flow.verdict) {
      places.emplace(flow.finding, known->second);
    }
  }
  return places;
}

FlowVerdict Assessor::count(const Subject& flow, const Verdict& verdict, std::uint64_t times) {
  const bool by_scanner = info(verdict.primary).severity != Severity::healthy &&
                          census_.is_scanner(flow.record.client_endpoint().address, flow.record.key.transport);
  const std::uint32_t finding = findings_.add(flow, verdict, by_scanner, times);
  const Severity severity = counted_severity(verdict.primary, by_scanner);
  if (verdict.primary == VerdictId::inconclusive) counts_.inconclusive += times;
  else if (severity == Severity::failure) counts_.failed += times;
  else if (severity == Severity::degraded) counts_.degraded += times;
  else counts_.ok += times;
  return {.record = &flow.record, .secondary = verdict.secondary, .finding = finding, .verdict = verdict.primary};
}

/// What befell a connection before and behind a translating router befell it once.
FlowVerdict Assessor::count_twin(const Subject& flow, const Verdict& verdict, const FlowVerdict& before) {
  if (verdict.primary != before.verdict) return count(flow, verdict);
  return {
      .record = &flow.record, .secondary = verdict.secondary, .finding = before.finding, .verdict = verdict.primary};
}

void Assessor::fold(const FlowRecord& record, Held held, Time now) {
  const Context context{.end = now, .patience = patience_.scale, .census = census_};
  const Subject flow{record, held.detail, context, held.lone_syn};
  take_census(census_, flow);
  if (census_.has_loose_ends()) bind_loose_ends(census_, flow);
  const Verdict verdict = judge(flow);
  if (fact::only_asks(record) && verdict.primary == VerdictId::inconclusive && unsettled_.add(record)) return;
  count(flow, verdict);
}

Assessment Assessor::assess(const FlowTable& table, CaptureSummary capture, const std::function<void()>& breathe,
                            unsigned threads) && {
  const Context context{.end = table.traffic().last, .patience = patience_.scale, .census = census_};
  if (breathe) breathe();
  const std::vector<const FlowRecord*> records = table.ordered();
  const auto subject = [&](std::size_t at) {
    constexpr std::size_t kAhead = 16;
    constexpr std::size_t kBreath = 4096;
    if (at % kBreath == 0 && breathe) breathe();
    if (at + kAhead < records.size()) census_.prefetch(*records[at + kAhead]);
    const Held held = table.held(*records[at]);
    return Subject{*records[at], held.detail, context, held.lone_syn};
  };
  for (std::size_t at = 0; at < records.size(); ++at) take_census(census_, subject(at));
  if (census_.has_loose_ends()) {
    for (std::size_t at = 0; at < records.size(); ++at) bind_loose_ends(census_, subject(at));
  }

  for (const auto& entry : unsettled_.all()) {
    const Subject flow{entry.facts.first, nullptr, context};
    count(flow, judge(flow), entry.facts.count);
  }
  std::vector<FlowVerdict> flows;
  flows.reserve(records.size());
  Twins twins(records);
  const bool may_be_twins = is_of_all_interfaces(capture);
  for (std::size_t at = 0; at < records.size(); ++at) {
    const auto twin = may_be_twins ? twins.earlier(at) : std::nullopt;
    const Subject flow = subject(at);
    const Verdict verdict = judge(flow);
    flows.push_back(twin ? count_twin(flow, verdict, flows[*twin]) : count(flow, verdict));
  }

  note_quality(capture, census_, flows);
  Assessment result = std::move(counts_);
  result.findings = std::move(findings_).finish(context, flows, threads);
  for (Finding& finding : result.findings) {
    weaken_by_quality(capture, finding);
    if (!finding.flood) continue;  // known only now that all have been counted
    result.failed -= finding.count;
    result.ok += finding.count;
  }
  result.capture = std::move(capture);
  result.flows = std::move(flows);
  result.census = std::move(census_);
  return result;
}

}  // namespace whydrop
