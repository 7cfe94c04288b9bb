// The whole report (-v): every finding with its evidence, all its causes, their reasons, checks and fixes.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/core/in_parallel.h"
#include "src/core/text.h"
#include "src/report/catalog_text.h"
#include "src/report/outline.h"
#include "src/report/text_parts.h"
#include "src/verdict/local_drops.h"

namespace whydrop {
namespace {

/// A probability as the first column of a list: " 61%  ".
std::string column(double probability) { return pad_left(percent(probability), 4) + "  "; }

std::string period_text(const Finding& finding, const Clock& clock) {
  const std::string first = fmt::format("{} {}", clock.date(finding.first), clock.milliseconds(finding.first));
  if (finding.last == finding.first) return fmt::format("at {} {}", first, clock.zone(finding.first));
  const bool one_day = clock.date(finding.first) == clock.date(finding.last);
  return fmt::format("from {} to {}{} {}", first, one_day ? "" : clock.date(finding.last) + ' ',
                     clock.milliseconds(finding.last), clock.zone(finding.first));
}

std::string reasons_text(std::string_view fact, const std::vector<std::string>& reasons) {
  return reasons.empty() ? std::string(fact) : fmt::format("{}: {}", fact, printable(joined(reasons, "; ")));
}

void describe(const Finding& finding, const CaptureSummary& capture, const TextStyle& style, Outline& out) {
  const Parties who = parties(finding, ClientPort::shown);
  out.wrapped(4, "", fmt::format("{} {} -> {}", name(finding.transport), who.client, who.server));
  out.wrapped(4, "", fmt::format("{}, {}", counted(finding.count, "attempt"), period_text(finding, style.clock)));
  out.wrapped(
      4, "",
      reasons_text(finding.vantage == Vantage::unknown ? "capture point unknown" : vantage_text(finding.vantage),
                   finding.vantage_reasons));
  out.wrapped(4, "", reasons_text("confidence " + percent(finding.confidence), finding.confidence_reasons));
  out.wrapped(4, "also ", joined_names(finding.secondary));
  out.wrapped(4, "", attributes_text(finding));
  out.wrapped(4, "In common: ", printable(finding.common_factor.sentence));
  out.line(4, "Evidence");
  for (const LocalDrop& drop : finding.local_drops) out.append(evidence_lines(drop, style, 6));
  for (const Evidence& evidence : finding.evidence) out.append(evidence_lines(evidence, capture, style, 6));
  if (!finding.display_filter.empty()) {
    out.line(4, "Wireshark display filter");
    out.line(6, printable(finding.display_filter));
  }
}

void add_score(const RankedCause& cause, std::size_t indent, Outline& out) {
  std::vector<std::string> terms;
  double sum = 0;
  for (const ScoreTerm& term : cause.score) {
    terms.push_back(fmt::format("{} {:+.2f}", printable(term.what), term.weight));
    sum += term.weight;
  }
  out.wrapped(indent, "score    ", fmt::format("{:+.2f} = {}", sum, joined(terms)));
}

void describe(const RankedCause& cause, std::size_t indent, const TextStyle& style, Outline& out) {
  out.wrapped(indent, column(cause.probability), fmt::format("{}: {}", cause.id, printable(cause.title)));
  const std::size_t inner = indent + 6;  // behind the column
  for (const std::string& reason : cause.reasons_for) out.wrapped(inner, "for      ", printable(reason));
  for (const std::string& reason : cause.reasons_against) out.wrapped(inner, "against  ", printable(reason));
  if (style.scores) add_score(cause, inner, out);
  for (const Check& check : cause.checks) {
    out.wrapped(inner, "check    ",
                fmt::format("{}, {}: {}{}", check.system, check.where, printable(check.proves), quoted_mark(check)));
    out.command(inner + 2, check.command, style.paint);
  }
  if (!cause.checks.empty()) out.wrapped(inner, "else     ", printable(cause.otherwise));
  for (const Fix& fix : cause.fixes) {
    out.wrapped(inner, "fix      ",
                fix.note.empty() ? fix.system : fmt::format("{}: {}", fix.system, printable(fix.note)));
    out.command(inner + 2, fix.command, style.paint);
  }
}

void add_causes(const Diagnosis& diagnosis, const TextStyle& style, Outline& out) {
  out.line(4, diagnosis.families.empty() ? no_cause_text(diagnosis) : "Likely causes");
  for (const RankedFamily& family : diagnosis.families) {
    const bool several = family.members.size() > 1;
    if (several) {
      out.wrapped(6, column(family.probability), printable(family.id) + ": these packets cannot separate its causes");
    }
    for (const std::size_t member : family.members) describe(diagnosis.causes[member], several ? 8 : 6, style, out);
  }
  if (!diagnosis.families.empty()) {
    out.line(6, column(diagnosis.none_of_these) + "none of these");
  }
  if (!diagnosis.ruled_out.empty()) out.line(4, "Ruled out");
  for (const RuledOutCause& cause : diagnosis.ruled_out) {
    out.wrapped(6, "", fmt::format("{}: {}", cause.id, printable(cause.because)));
  }
}

void add_next_test(const NextTest& test, const TextStyle& style, Outline& out) {
  if (test.command.empty()) return;
  out.wrapped(4, "Next test: ", printable(test.why()));
  out.command(6, test.command, style.paint);
}

void add_logs(const std::vector<LogGuide>& logs, const TextStyle& style, Outline& out) {
  if (!logs.empty()) out.line(4, "A firewall's log decides in three ways");
  for (const LogGuide& log : logs) {
    out.wrapped(6, log.system + ": ", printable(fmt::format("{}, {} ({})", log.title, log.where, log.needs)));
    out.command(8, log.command, style.paint);
    add_log_meanings(log, 8, out);
  }
}

bool is_party(const IpAddress& address, const Report& report) {
  return std::ranges::any_of(report.diagnoses, [&](const Diagnosis& diagnosis) {
    return diagnosis.finding.client.address == address || diagnosis.finding.server.address == address;
  });
}

/// What people wrote into the capture: comments, and the names of those whom findings are about.
void add_annotations(const CaptureSummary::File& file, const Report& report, Outline& out) {
  for (const Comment& comment : file.comments) {
    const std::string where = comment.packet != 0 ? fmt::format("Comment on packet {}: ", comment.packet) : "Comment: ";
    out.wrapped(0, where, printable(comment.text));
  }
  for (const NamedAddress& named : file.names) {
    if (!is_party(named.address, report)) continue;
    out.wrapped(0, "", fmt::format("{} is {}, says the capture", to_string(named.address), printable(named.name)));
  }
}

void add_drops(const CaptureSummary::Drops& drops, Outline& out) {
  constexpr std::size_t kMost = 10;
  std::vector<std::string> all;
  for (const CaptureSummary::DropCount& one : drops.reasons) {
    if (all.size() == kMost) break;
    all.push_back(fmt::format("{} {}", grouped(one.count), printable(reason_text(one.reason, one.location))));
  }
  if (drops.reasons.size() > kMost) all.push_back(fmt::format("{} reasons more", drops.reasons.size() - kMost));
  if (drops.lost != 0) all.push_back(fmt::format("{} that came too fast to ask why", grouped(drops.lost)));
  if (!all.empty())
    out.wrapped(0, fmt::format("Dropped by this host's kernel{}: ", drops.whole_host ? ", anywhere" : ""), joined(all));
}

void add_capture_facts(const Report& report, Outline& out) {
  if (report.capture.packets == 0) out.line(0, "There are " + no_packets(report.capture));
  if (report.flows.folded != 0) {
    out.wrapped(0, "",
                fmt::format("{} judged early, before their end, to stay within the memory bound",
                            counted(report.flows.folded, "flow")));
  }
  for (const std::string& filter : report.capture.filters) out.wrapped(0, "Capture filter: ", printable(filter));
  for (const CaptureSummary::File& file : report.capture.files) add_annotations(file, report, out);
  if (report.capture.drops) add_drops(*report.capture.drops, out);
  for (const QualityNote& note : report.capture.quality) {
    out.wrapped(0, "Note: ", fmt::format("{}: {}", name(note.id), note_text(note)));
  }
}

}  // namespace

Lines finding_text(const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                   const TextStyle& style) {
  const Finding& finding = diagnosis.finding;
  Outline out(style.width);
  out.wrapped(0, fmt::format("{}  ", style.paint.bold(id)),
              fmt::format("{}, {}: {}", finding_name(finding), name(finding.severity), info(finding.verdict).summary));
  describe(finding, capture, style, out);
  if (style.next_first) add_next_test(diagnosis.next_test, style, out);
  add_causes(diagnosis, style, out);
  if (!style.next_first) add_next_test(diagnosis.next_test, style, out);
  add_logs(diagnosis.logs, style, out);
  return std::move(out).take();
}

void print_full(const Report& report, const TextStyle& style, unsigned threads, const Print& print) {
  constexpr std::size_t kAtOnce = 512;
  Outline head(style.width);
  head.append(headline(report, style));
  add_capture_facts(report, head);
  print(text_of(std::move(head).take()));
  std::vector<std::string> texts;
  for (std::size_t begin = 0; begin < report.diagnoses.size(); begin += kAtOnce) {
    texts.resize(std::min(kAtOnce, report.diagnoses.size() - begin));
    in_parallel(threads, texts.size(), [&](std::size_t place) {
      const std::size_t at = begin + place;
      texts[place] = '\n' + text_of(finding_text(report.diagnoses[at], finding_id(at), report.capture, style));
    });
    for (const std::string& text : texts) print(text);
  }
}

}  // namespace whydrop
