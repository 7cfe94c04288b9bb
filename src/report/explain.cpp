// Explanations, printed from the tables: what is not in them cannot be promised here.
#include "src/report/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

#include "src/cause/client_messages.h"
#include "src/core/text.h"
#include "src/report/catalog_text.h"
#include "src/report/outline.h"
#include "src/report/phrases.h"
#include "src/verdict/quality.h"

namespace whydrop {
namespace {

template <typename Entries>
const auto* find_named(const Entries& entries, std::string_view id) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == id; });
  return found == entries.end() ? nullptr : &*found;
}

/// "  id    what it is" for each, in one column.
template <typename Entries, typename IdOf, typename MeaningOf>
void add_list(const Entries& entries, IdOf id_of, MeaningOf meaning_of, Outline& out) {
  std::size_t width = 0;
  for (const auto& entry : entries) width = std::max(width, std::string_view(std::invoke(id_of, entry)).size());
  for (const auto& entry : entries) {
    out.wrapped(2, fmt::format("{:<{}}  ", std::invoke(id_of, entry), width),
                printable(std::invoke(meaning_of, entry)));
  }
}

void add_causes(std::string_view heading, const std::vector<const CauseEntry*>& causes, Outline& out) {
  if (causes.empty()) return;
  out.blank();
  out.line(0, heading);
  add_list(causes, &CauseEntry::id, &CauseEntry::title, out);
}

void explain_verdict(const VerdictInfo& verdict, const Catalog& catalog, Outline& out) {
  out.wrapped(0, "", fmt::format("{}, a verdict ({}): {}.", verdict.name, name(verdict.severity), verdict.summary));
  const std::vector<ClientMessage> messages = client_messages_of(verdict.id);
  if (!messages.empty()) {
    out.blank();
    out.line(0, "What the client may say");
    for (const ClientMessage& message : messages)
      out.wrapped(2, "", fmt::format("\"{}\": {}", message.text, message.meaning));
  }
  add_causes("Causes, the likeliest first", catalog.explaining(verdict.id), out);
}

void explain_note(const QualityInfo& note, Outline& out) {
  out.wrapped(0, "", fmt::format("{}, a note about the capture itself: {}.", note.name, note.summary));
}

std::string explained_verdicts(const CauseEntry& cause) {
  std::vector<VerdictId> verdicts;
  for (const Explanation& explanation : cause.explains) {
    if (std::ranges::find(verdicts, explanation.verdict) == verdicts.end()) verdicts.push_back(explanation.verdict);
  }
  return joined_names(verdicts);
}

void add_evidence(const CauseEntry& cause, Outline& out) {
  if (cause.evidence.empty()) return;
  out.blank();
  out.line(0, "Evidence (weights in log-odds, when it holds / when the contrary holds)");
  for (const EvidenceWeight& weight : cause.evidence) {
    const PredicateInfo& predicate = info(weight.predicate);
    out.wrapped(2,
                fmt::format("{:+.1f} / {}  ", weight.weight_for,
                            weight.rules_out ? "out " : fmt::format("{:+.1f}", -weight.weight_against)),
                fmt::format("{}{}", weight.negated ? "not: " : "", predicate.meaning));
  }
}

std::string check_text(const Check& check) { return check.proves + std::string(quoted_mark(check)); }

void add_logs(const std::vector<LogGuide>& logs, const Paint& paint, Outline& out) {
  if (logs.empty()) return;
  out.blank();
  out.line(0, "A log decides in three ways");
  for (const LogGuide& log : logs) {
    out.wrapped(2, log.system + ": ", printable(fmt::format("{}, {} ({})", log.title, log.where, log.needs)));
    out.command(4, log.command, paint);
    add_log_meanings(log, 4, out);
  }
}

void add_sources(const std::vector<std::string>& sources, Outline& out) {
  if (sources.empty()) return;
  out.blank();
  out.line(0, "Sources");
  for (const std::string& source : sources) out.line(2, printable(source));
}

template <typename Commands, typename NoteOf>
void add_commands(std::string_view heading, const Commands& commands, NoteOf note_of, const Paint& paint,
                  Outline& out) {
  if (commands.empty()) return;
  out.blank();
  out.line(0, heading);
  for (const auto& one : commands) {
    out.wrapped(2, one.system + ": ", printable(std::invoke(note_of, one)));
    out.command(4, one.command, paint);
  }
}

void explain_cause(const CauseEntry& cause, const Catalog& catalog, const Paint& paint, Outline& out) {
  out.wrapped(0, "",
              fmt::format("{}, a cause ({}): {}.", cause.id, info(cause.component).title, printable(cause.title)));
  out.blank();
  out.wrapped(0, "", printable(cause.summary));
  out.blank();
  out.wrapped(0, "Explains ", explained_verdicts(cause));
  add_evidence(cause, out);
  add_commands("Checks (a report fills in what stands in braces)", cause.checks, check_text, paint, out);
  out.blank();
  out.wrapped(0, "If none of them prints that: ", printable(cause.otherwise));
  add_commands("Fixes", cause.fixes, &Fix::note, paint, out);
  if (!cause.not_to_confuse_with.empty()) {
    out.blank();
    out.line(0, "Not to be confused with");
    add_list(cause.not_to_confuse_with, &LookAlike::id, &LookAlike::difference, out);
  }
  std::vector<std::string> sources = cause.sources;
  for (const Check& check : cause.checks) {
    const bool known = check.quoted.empty() || std::ranges::find(sources, check.quoted) != sources.end();
    if (!known) sources.push_back(check.quoted);
  }
  add_logs(catalog.logs_for(cause), paint, out);
  add_sources(sources, out);
}

/// A cause's first check on the system, which needs least; several causes may share it.
struct SystemCheck {
  std::string command;
  std::vector<std::string> causes;
};

std::vector<SystemCheck> checks_on(std::string_view system, const Catalog& catalog) {
  std::vector<SystemCheck> checks;
  for (const CauseEntry& cause : catalog.causes()) {
    const auto check = std::ranges::find(cause.checks, system, &Check::system);
    if (check == cause.checks.end()) continue;
    auto known = std::ranges::find(checks, check->command, &SystemCheck::command);
    if (known == checks.end()) known = checks.insert(checks.end(), {.command = check->command, .causes = {}});
    known->causes.push_back(cause.id);
  }
  std::ranges::stable_sort(checks, std::greater<>{}, [](const SystemCheck& check) { return check.causes.size(); });
  return checks;
}

void explain_system(const SystemInfo& system, const Catalog& catalog, const Paint& paint, Outline& out) {
  out.wrapped(0, "", fmt::format("{}, a system that causes are checked on: {}.", system.name, system.title));
  out.blank();
  out.line(0, "What it can check (a report fills in what stands in braces)");
  for (const SystemCheck& check : checks_on(system.name, catalog)) {
    out.command(2, check.command, paint);
    out.wrapped(4, "", joined(check.causes));
  }
  std::vector<std::string> fixed;
  for (const CauseEntry& cause : catalog.causes()) {
    if (std::ranges::find(cause.fixes, system.name, &Fix::system) != cause.fixes.end()) fixed.push_back(cause.id);
  }
  out.blank();
  out.wrapped(0, "Has fixes for ", joined(fixed));
  std::vector<LogGuide> logs(catalog.logs().begin(), catalog.logs().end());
  std::erase_if(logs, [&](const LogGuide& log) { return log.system != system.name; });
  add_logs(logs, paint, out);
  for (const LogGuide& log : logs) add_sources(log.sources, out);
}

void explain_family(const FamilyEntry& family, const Catalog& catalog, Outline& out) {
  out.wrapped(0, "",
              fmt::format("{}, a family of causes that packets alone cannot separate: {}.", family.id,
                          printable(family.title)));
  add_causes("Its causes", catalog.members_of(family.id), out);
}

void explain_message(const ClientMessage& message, const Catalog& catalog, Outline& out) {
  out.wrapped(0, "", fmt::format("\"{}\": {}.", message.text, message.meaning));
  for (const VerdictId id : message.verdicts) {
    const VerdictInfo& verdict = info(id);
    out.blank();
    out.wrapped(2, "", fmt::format("{}: {}", verdict.name, verdict.summary));
    std::vector<std::string> causes;
    for (const CauseEntry* cause : catalog.explaining(id)) causes.push_back(cause->id);
    out.wrapped(4, "causes: ", joined(causes));
  }
}

std::string nearest_in_any_case(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::vector<std::string> lower;
  std::ranges::transform(candidates, std::back_inserter(lower), lower_case);
  const std::string near = nearest(lower_case(word), std::vector<std::string_view>(lower.begin(), lower.end()));
  const auto found = std::ranges::find(lower, near);
  return found == lower.end() ? "" : std::string(candidates[static_cast<std::size_t>(found - lower.begin())]);
}

bool explain_id(const Catalog& catalog, std::string_view id, const Paint& paint, Outline& out) {
  if (const VerdictInfo* verdict = find_named(all_verdicts(), id)) explain_verdict(*verdict, catalog, out);
  else if (const QualityInfo* note = find_named(all_quality_notes(), id)) explain_note(*note, out);
  else if (const CauseEntry* cause = catalog.find(id)) explain_cause(*cause, catalog, paint, out);
  else if (const FamilyEntry* family = catalog.find_family(id)) explain_family(*family, catalog, out);
  else if (const SystemInfo* system = find_named(all_systems(), id)) explain_system(*system, catalog, paint, out);
  else return false;
  return true;
}

}  // namespace

std::string explain_everything(const Catalog& catalog, const Paint& paint) {
  Outline out;
  out.line(0, paint.bold("Verdicts: what the packets show, the most specific first"));
  add_list(all_verdicts(), &VerdictInfo::name, &VerdictInfo::summary, out);
  out.blank();
  out.line(0, paint.bold("Notes: what a capture itself cannot show"));
  add_list(all_quality_notes(), &QualityInfo::name, &QualityInfo::summary, out);
  out.blank();
  out.line(0, paint.bold("Causes: why it happens"));
  add_list(catalog.causes(), &CauseEntry::id, &CauseEntry::title, out);
  out.blank();
  out.line(0, paint.bold("Families: causes that packets alone cannot separate"));
  add_list(catalog.families(), &FamilyEntry::id, &FamilyEntry::title, out);
  out.blank();
  out.line(0, paint.bold("Systems: where causes are checked, and mended"));
  add_list(all_systems(), &SystemInfo::name, &SystemInfo::title, out);
  out.blank();
  out.line(0, "whydrop explain ID tells more; whydrop explain \"Connection timed out\" starts at");
  out.line(0, "what a client said.");
  return text_of(std::move(out).take());
}

std::optional<std::string> explain(const Catalog& catalog, std::string_view word, const Paint& paint) {
  Outline out;
  if (explain_id(catalog, word, paint, out)) return text_of(std::move(out).take());
  const std::vector<ClientMessage> messages = client_messages_in(word);
  if (messages.empty()) return std::nullopt;
  for (std::size_t at = 0; at < messages.size(); ++at) {
    if (at != 0) out.blank();
    explain_message(messages[at], catalog, out);
  }
  return text_of(std::move(out).take());
}

std::string nearest_id(const Catalog& catalog, std::string_view word) {
  std::vector<std::string_view> ids;
  for (const VerdictInfo& verdict : all_verdicts()) ids.push_back(verdict.name);
  for (const QualityInfo& note : all_quality_notes()) ids.push_back(note.name);
  for (const CauseEntry& cause : catalog.causes()) ids.emplace_back(cause.id);
  for (const FamilyEntry& family : catalog.families()) ids.emplace_back(family.id);
  for (const SystemInfo& system : all_systems()) ids.push_back(system.name);
  for (const ClientMessage& message : all_client_messages()) ids.push_back(message.text);
  return nearest_in_any_case(word, ids);
}

}  // namespace whydrop
