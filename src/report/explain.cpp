// Explanations, printed from the tables: what is not in them cannot be promised here.
#include "src/report/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "src/cause/client_messages.h"
#include "src/core/text.h"
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

void explain_cause(const CauseEntry& cause, const Paint& paint, Outline& out) {
  out.wrapped(0, "",
              fmt::format("{}, a cause ({}): {}.", cause.id, info(cause.component).title, printable(cause.title)));
  out.blank();
  out.wrapped(0, "", printable(cause.summary));
  out.blank();
  out.wrapped(0, "Explains ", explained_verdicts(cause));
  add_evidence(cause, out);
  add_commands("Checks (a report fills in what stands in braces)", cause.checks, &Check::proves, paint, out);
  add_commands("Fixes", cause.fixes, &Fix::note, paint, out);
  if (!cause.not_to_confuse_with.empty()) {
    out.blank();
    out.line(0, "Not to be confused with");
    add_list(cause.not_to_confuse_with, &LookAlike::id, &LookAlike::difference, out);
  }
  if (!cause.sources.empty()) {
    out.blank();
    out.line(0, "Sources");
    for (const std::string& source : cause.sources) out.line(2, printable(source));
  }
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

bool explain_id(const Catalog& catalog, std::string_view id, const Paint& paint, Outline& out) {
  if (const VerdictInfo* verdict = find_named(all_verdicts(), id)) explain_verdict(*verdict, catalog, out);
  else if (const QualityInfo* note = find_named(all_quality_notes(), id)) explain_note(*note, out);
  else if (const CauseEntry* cause = catalog.find(id)) explain_cause(*cause, paint, out);
  else if (const FamilyEntry* family = catalog.find_family(id)) explain_family(*family, catalog, out);
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
  return nearest(word, ids);
}

}  // namespace whydrop
