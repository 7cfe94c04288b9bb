// The first screen: 80 columns, 24 lines with the prompt that follows it, read at three in the morning.
//
// The screen is a list of sections. Each says what it could show, line by line, most important first; kGrants then
// hands out the screen's lines in the order of what a person needs first. So a capture with forty findings still shows
// the likely cause of the first one, and a capture with one finding shows all of its reasons.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <ranges>

#include "src/core/text.h"
#include "src/report/layout.h"
#include "src/report/link_types.h"
#include "src/report/text_parts.h"

namespace whydrop {
namespace {

enum class Part : std::uint8_t {
  headline,
  notes,
  table,
  lead,
  evidence,
  likely,
  members,
  other,
  in_favour,
  against,
  next,
  otherwise
};
constexpr std::size_t kParts = 12;

struct Section {
  std::vector<Lines> items;
  bool gap = false;       ///< a blank line above
  std::string_view rest;  ///< what the items are that do not fit: "finding"; empty: not worth a line
  std::size_t shown = 0;

  std::size_t height() const {
    if (shown == 0) return 0;
    std::size_t lines = gap ? 1 : 0;
    for (std::size_t at = 0; at < shown; ++at) lines += items[at].size();
    return lines + (!rest.empty() && shown < items.size() ? 1 : 0);
  }
};
using Screen = std::array<Section, kParts>;

Section& part(Screen& screen, Part which) { return screen[static_cast<std::size_t>(which)]; }

struct Grant {
  Part part;
  std::size_t up_to;
};
constexpr std::size_t kAll = 1000;
constexpr auto kGrants = std::to_array<Grant>({
    {Part::headline, kAll}, {Part::next, 1},         {Part::table, 2},     {Part::lead, 1},     {Part::likely, 1},
    {Part::evidence, 1},    {Part::members, 1},      {Part::in_favour, 1}, {Part::against, 1},  {Part::notes, 1},
    {Part::evidence, 2},    {Part::otherwise, 1},    {Part::next, 2},      {Part::table, 4},    {Part::members, 2},
    {Part::other, 1},       {Part::next, kAll},      {Part::in_favour, 2}, {Part::lead, 3},     {Part::members, 3},
    {Part::table, 6},       {Part::against, 2},      {Part::notes, 2},     {Part::table, kAll}, {Part::evidence, kAll},
    {Part::members, kAll},  {Part::in_favour, kAll},
});

std::size_t height(const Screen& screen) {
  return std::accumulate(screen.begin(), screen.end(), std::size_t{0},
                         [](std::size_t sum, const Section& section) { return sum + section.height(); });
}

void hand_out(Screen& screen, std::size_t most) {
  for (const Grant& grant : kGrants) {
    Section& section = part(screen, grant.part);
    while (section.shown < std::min(grant.up_to, section.items.size())) {
      ++section.shown;
      if (height(screen) <= most) continue;
      --section.shown;
      break;
    }
  }
}

/// `way_out`: how to see what is left out.
Lines printed(const Screen& screen, const Paint& paint, std::string_view way_out) {
  Lines lines;
  for (const Section& section : screen) {
    if (section.shown == 0) continue;
    if (section.gap) lines.emplace_back();
    for (std::size_t at = 0; at < section.shown; ++at) {
      lines.insert(lines.end(), section.items[at].begin(), section.items[at].end());
    }
    const std::size_t left = section.items.size() - section.shown;
    if (left != 0 && !section.rest.empty()) {
      lines.push_back(paint.dim(fmt::format("    and {}: {}", counted(left, section.rest), way_out)));
    }
  }
  return lines;
}

/// No single text may take the screen: -v has it whole.
Lines clipped(Lines lines, std::size_t width) {
  constexpr std::size_t kMost = 3;
  if (lines.size() <= kMost) return lines;
  lines.resize(kMost);
  lines.back() = shortened(lines.back() + "...", width);
  return lines;
}

Lines item(std::string_view first, std::string_view text, const TextStyle& style) {
  return clipped(hanging(first, text, style.width), style.width);
}

/// When findings began: the time of day, with the date where the capture lasts longer than a day.
std::string since_text(const Finding& finding, const CaptureSummary& capture, const Clock& clock) {
  const bool one_day = capture.first && capture.last && clock.date(*capture.first) == clock.date(*capture.last);
  if (one_day) return clock.time_of_day(finding.first);
  return fmt::format("{} {}", clock.date(finding.first).substr(5), clock.time_of_day(finding.first).substr(0, 5));
}

struct Row {
  std::string id;
  std::string verdict;
  std::string times;
  std::string since;
};
using Widths = std::array<std::size_t, 4>;

/// `text` below a row: under its endpoints, or as far to the right as it fits.
std::string continued(const std::string& text, std::size_t column) {
  const std::size_t fits = kScreenWidth - std::min(kScreenWidth, display_width(text));
  return std::string(std::min(column, fits), ' ') + text;
}

/// A row of the table; endpoints that do not fit beside it continue on lines of their own.
Lines table_row(const Finding& finding, const Row& row, const Widths& widths, const Paint& paint) {
  const Parties who = parties(finding, ClientPort::hidden);
  const std::string left = fmt::format("{}  {}  {}  {}  ", pad_right(paint.bold(row.id), widths[0]),
                                       pad_right(painted_verdict(finding, row.verdict, paint), widths[1]),
                                       pad_left(row.times, widths[2]), pad_right(row.since, widths[3]));
  const std::string client = fmt::format("{} {}", name(finding.transport), who.client);
  const std::string server = "-> " + who.server;
  const std::size_t column = display_width(left);
  const std::size_t client_end = column + display_width(client);
  if (client_end + 1 + display_width(server) <= kScreenWidth) return {fmt::format("{}{} {}", left, client, server)};
  if (client_end <= kScreenWidth) return {left + client, continued(server, column)};
  return {left, continued(client, column), continued(server, column)};
}

Section table(const Report& report, const TextStyle& style) {
  const Row heading{"", "Finding", "Times", "Since"};
  std::vector<Row> rows;
  Widths widths = {0, heading.verdict.size(), heading.times.size(), heading.since.size()};
  for (std::size_t at = 0; at < report.diagnoses.size(); ++at) {
    const Finding& finding = report.diagnoses[at].finding;
    rows.push_back({finding_id(at), finding_name(finding), grouped(finding.count),
                    since_text(finding, report.capture, style.clock)});
    if (at < kScreenLines) {
      const Row& row = rows.back();
      widths = {std::max(widths[0], row.id.size()), std::max(widths[1], row.verdict.size()),
                std::max(widths[2], row.times.size()), std::max(widths[3], row.since.size())};
    }
  }
  Section section{.items = {}, .gap = true, .rest = "more finding"};
  section.items.push_back({style.paint.dim(
      fmt::format("{}  {}  {}  {}  Between", pad_right("", widths[0]), pad_right(heading.verdict, widths[1]),
                  pad_left(heading.times, widths[2]), pad_right(heading.since, widths[3])))});
  for (std::size_t at = 0; at < rows.size(); ++at) {
    section.items.push_back(table_row(report.diagnoses[at].finding, rows[at], widths, style.paint));
  }
  return section;
}

Section lead(const Finding& finding, const std::string& id, const TextStyle& style) {
  std::string circumstances = fmt::format("confidence {}", percent(finding.confidence));
  if (finding.vantage != Vantage::unknown) circumstances.insert(0, vantage_text(finding.vantage) + ", ");
  Section section{.items = {}, .gap = true, .rest = ""};
  section.items.push_back(hanging(style.paint.bold(id) + ": ",
                                  fmt::format("{} ({})", info(finding.verdict).summary, circumstances), style.width));
  if (!finding.attributes.empty()) section.items.push_back(item("  ", attributes_text(finding), style));
  if (finding.common_factor) {
    section.items.push_back(item("  In common: ", printable(finding.common_factor.sentence), style));
  }
  return section;
}

Lines cause_lines(const RankedCause& cause, const TextStyle& style) {
  return item(fmt::format("  {}  ", pad_left(percent(cause.probability), 4)),
              fmt::format("{}: {}", cause.id, printable(cause.title)), style);
}

void add_causes(const Diagnosis& diagnosis, Screen& screen, const TextStyle& style) {
  Section& likely = part(screen, Part::likely);
  if (diagnosis.families.empty()) {
    likely.items = {{no_cause_text(diagnosis)}};
    return;
  }
  const RankedFamily& family = diagnosis.families.front();
  const std::string name = style.paint.bold(printable(family.id));
  const std::string probability = percent(family.probability);
  if (family.members.size() == 1) {
    const RankedCause& cause = diagnosis.causes[family.members.front()];
    likely.items = {item(fmt::format("Likely {}, {}: ", name, probability), printable(cause.title), style)};
  } else {
    Lines lines = {fmt::format("Likely {}, {}: these packets cannot separate its causes", name, probability)};
    if (!family.title.empty()) std::ranges::move(item("  ", printable(family.title), style), std::back_inserter(lines));
    likely.items = {std::move(lines)};
    for (const std::size_t member : family.members) {
      part(screen, Part::members).items.push_back(cause_lines(diagnosis.causes[member], style));
    }
    part(screen, Part::members).rest = "more cause";
  }
  std::vector<std::string> others;
  for (std::size_t at = 1; at < std::min<std::size_t>(diagnosis.families.size(), 4); ++at) {
    others.push_back(
        fmt::format("{} {}", printable(diagnosis.families[at].id), percent(diagnosis.families[at].probability)));
  }
  others.push_back(fmt::format("none of these {}", percent(diagnosis.none_of_these)));
  part(screen, Part::other).items = {hanging("Otherwise ", joined(others), style.width)};
}

void add_reasons(const RankedCause& cause, Screen& screen, const TextStyle& style) {
  for (const std::string& reason : cause.reasons_for) {
    part(screen, Part::in_favour).items.push_back(item("  for      ", printable(reason), style));
  }
  for (const std::string& reason : cause.reasons_against) {
    part(screen, Part::against).items.push_back(item("  against  ", printable(reason), style));
  }
  if (cause.reasons_for.empty())
    part(screen, Part::in_favour).items = {{"  for      nothing in these packets but how common it is"}};
  if (cause.reasons_against.empty()) part(screen, Part::against).items = {{"  against  nothing in these packets"}};
}

/// Where, the command, and what it may show; the likeliest outcome belongs to the command, shown with it or not at all.
void add_next_test(const NextTest& test, Screen& screen, const TextStyle& style) {
  if (test.command.empty()) return;
  Section& next = part(screen, Part::next);
  next.gap = true;
  Lines lines = hanging("Next, ", printable(test.where) + ":", style.width);
  for (const std::string& line : command_lines(test.command, style.width - 2))
    lines.push_back("  " + style.paint.bold(line));
  const auto shown = [&](const std::string& outcome) { return item("    ", printable(outcome), style); };
  if (!test.outcomes.empty()) std::ranges::move(shown(test.outcomes.front()), std::back_inserter(lines));
  next.items.push_back(std::move(lines));
  for (const std::string& outcome : test.outcomes | std::views::drop(1)) next.items.push_back(shown(outcome));
  if (!test.otherwise.empty()) {
    part(screen, Part::otherwise).items = {item("    else: ", printable(test.otherwise), style)};
  }
}

/// A note that weakens a verdict, or tells of packets that are not there; the rest is for -v.
bool belongs_on_screen(const QualityNote& note) {
  return !note.affects.empty() || note.id == QualityId::short_capture || note.id == QualityId::file_cut;
}

std::vector<Lines> notes(std::string_view bullet, const CaptureSummary& capture, const TextStyle& style) {
  std::vector<Lines> found;
  for (const QualityNote& note : capture.quality) {
    if (!belongs_on_screen(note)) continue;
    found.push_back(item(bullet, note_text(note), style));
  }
  return found;
}

void add_finding(const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                 const TextStyle& style, Screen& screen) {
  part(screen, Part::lead) = lead(diagnosis.finding, id, style);
  for (const LocalDrop& drop : diagnosis.finding.local_drops) {
    part(screen, Part::evidence).items.push_back(clipped(evidence_lines(drop, style, 2), style.width));
  }
  for (const Evidence& evidence : diagnosis.finding.evidence) {
    part(screen, Part::evidence).items.push_back(clipped(evidence_lines(evidence, capture, style, 2), style.width));
  }
  add_causes(diagnosis, screen, style);
  if (!diagnosis.causes.empty()) add_reasons(diagnosis.causes.front(), screen, style);
  add_next_test(diagnosis.next_test, screen, style);
}

Lines findings_screen(const Report& report, const TextStyle& style) {
  const Diagnosis& leading = report.diagnoses.front();
  Screen screen;
  part(screen, Part::headline).items = {headline(report, style)};
  part(screen, Part::notes).items = notes("Note: ", report.capture, style);
  part(screen, Part::table) = table(report, style);
  add_finding(leading, finding_id(0), report.capture, style, screen);
  hand_out(screen, kScreenLines);
  return printed(screen, style.paint, "-v shows all");
}

Lines empty_screen(const Report& report, const TextStyle& style) {
  Lines lines = {style.paint.bold(files_name(report.capture, kScreenWidth - 40)) + ": " + no_packets(report.capture),
                 "",
                 "That can mean:",
                 "  - the capture listened on another interface than the traffic's",
                 "  - its filter let nothing through",
                 "  - this host's own output rules dropped the packets: a capture sees packets",
                 "    only after those rules have passed them",
                 "  - nobody tried while it ran"};
  for (const std::string& filter : report.capture.filters) {
    for (std::string& line : item("Its filter was: ", printable(filter), style)) lines.push_back(std::move(line));
  }
  lines.emplace_back();
  lines.emplace_back("Next: try again while it fails, on every interface and without a filter");
  lines.push_back("  " + style.paint.bold("tcpdump -i any -w again.pcap"));
  return lines;
}

std::string link_types(const CaptureSummary& capture) {
  std::vector<std::string> names;
  names.reserve(capture.link_types.size());
  for (const LinkType type : capture.link_types) names.push_back(link_type_name(type));
  return joined(names);
}

/// Nothing failed: one line of counts, and below it what this capture could not have shown.
Lines healthy_screen(const Report& report, const TextStyle& style) {
  Lines lines = headline(report, style);
  if (report.flows.total == 0) {
    const std::string why =
        report.capture.undissected == 0
            ? "No packet belongs to a conversation."
            : fmt::format("{} could not be read as far as an address (link type {}).",
                          counted(report.capture.undissected, "packet"), link_types(report.capture));
    for (std::string& line : wrap(why, kScreenWidth)) lines.push_back(std::move(line));
  }
  const std::vector<Lines> hidden = notes("  - ", report.capture, style);
  if (hidden.empty()) return lines;
  lines.emplace_back();
  lines.emplace_back("What this capture could not have shown:");
  for (const Lines& note : hidden) {
    if (lines.size() + note.size() <= kScreenLines) lines.insert(lines.end(), note.begin(), note.end());
  }
  return lines;
}

}  // namespace

Lines finding_brief(const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                    const TextStyle& style, std::size_t most) {
  Screen screen;
  add_finding(diagnosis, id, capture, style, screen);
  hand_out(screen, most);
  return printed(screen, style.paint, "Enter shows all");
}

Lines screen_text(const Report& report, const TextStyle& style) {
  if (!report.diagnoses.empty()) return findings_screen(report, style);
  if (report.capture.packets == 0) return empty_screen(report, style);
  return healthy_screen(report, style);
}

}  // namespace whydrop
