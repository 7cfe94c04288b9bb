// The list of the full-screen view: a finding is a line, whatever the width. What does not fit there stands below the
// list, where the selected finding is told in full.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "src/core/text.h"
#include "src/report/layout.h"
#include "src/report/live_view_parts.h"

namespace whydrop {
namespace {

constexpr std::string_view kSelected = "> ";
constexpr std::size_t kPercent = 4;   // "100%", "<1%"
constexpr std::size_t kCauseCut = 9;  // "71% si..."; less says nothing
constexpr std::size_t kCauseWanted = 17;
constexpr std::size_t kPartiesWanted = 30;

struct Group {
  bool healed = false;
  Severity severity{};

  auto operator<=>(const Group&) const = default;
};

Group group_of(const LiveFinding& finding) {
  if (finding.healed) return {.healed = true, .severity = {}};
  return {.healed = false, .severity = finding.diagnosis.finding.severity};
}

std::string_view group_name(const Group& group) {
  if (group.healed) return "healed";
  switch (group.severity) {
    case Severity::failure: return "failing";
    case Severity::degraded: return "degraded";
    case Severity::information:
    case Severity::healthy: return "for information";
  }
  return "";
}

std::string change_text(const LiveFinding& finding, Time now) {
  if (finding.healed) return "healed";
  if (now - finding.changed >= kNewsLasts) return "";
  switch (finding.change) {
    case Change::appeared: return "new";
    case Change::changed: return "changed";
    case Change::recurred: return "again";
    case Change::healed: return "";
  }
  return "";
}

/// "12s", "3m", "2h", "5d".
std::string age(Time then, Time now) {
  const auto passed = std::max(std::chrono::floor<std::chrono::seconds>(now - then), std::chrono::seconds(0)).count();
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (passed < kMinute) return fmt::format("{}s", passed);
  if (passed < kHour) return fmt::format("{}m", passed / kMinute);
  if (passed < kDay) return fmt::format("{}h", passed / kHour);
  return fmt::format("{}d", passed / kDay);
}

/// TCP goes without saying; on a narrow screen the client does, too.
std::string parties_text(const Finding& finding, bool narrow) {
  const Parties who = parties(finding, ClientPort::hidden);
  const std::string transport = finding.transport == Transport::tcp ? "" : std::string(name(finding.transport)) + ' ';
  return transport + (narrow ? who.server : fmt::format("{} -> {}", who.client, who.server));
}

std::string cause_text(const Diagnosis& diagnosis) {
  if (diagnosis.finding.scan) return "a scan";
  if (diagnosis.finding.flood) return "a flood";
  if (diagnosis.families.empty()) return "no known cause";
  const RankedFamily& family = diagnosis.families.front();
  return fmt::format("{} {}", pad_left(percent(family.probability), 3), printable(family.id));
}

std::string cut_cause(const std::string& cause, std::size_t width) {
  if (display_width(cause) <= width) return cause;
  if (width >= kCauseCut) return shortened(cause, width);
  const std::string first = cause.substr(0, cause.find('%') + 1);
  return display_width(first) <= width ? first : std::string();
}

/// Shares what is left of the line. The longer of the two gives way first, the cause as far as its probability.
void share_rest(ListColumns& columns, std::size_t parties, std::size_t cause, std::size_t rest) {
  const std::size_t least = columns.gap + std::min(cause, kPercent);
  if (rest < columns.gap + least) {
    columns.parties = std::min(parties, rest);
    return;
  }
  const std::size_t beside_cause = rest - std::min(rest, columns.gap + std::min(cause, kCauseWanted));
  columns.parties = std::min(parties, std::max(beside_cause, std::min(kPartiesWanted, rest - least)));
  columns.cause = std::min(cause, rest - columns.gap - columns.parties);
}

}  // namespace

void sort_by_importance(std::vector<LiveFinding>& findings) {
  std::ranges::sort(findings, [](const LiveFinding& a, const LiveFinding& b) {
    return std::tuple(group_of(a), b.began, b.id) < std::tuple(group_of(b), a.began, a.id);
  });
}

std::vector<ListRow> list_rows(const LiveState& state) {
  std::vector<ListRow> rows;
  for (std::size_t at = 0; at < state.findings.size(); ++at) {
    const Group group = group_of(state.findings[at]);
    if (at == 0 || group != group_of(state.findings[at - 1])) {
      const auto members =
          std::ranges::count_if(state.findings, [&](const LiveFinding& finding) { return group_of(finding) == group; });
      rows.push_back({.heading = fmt::format("{} {}", members, group_name(group))});
    }
    rows.push_back({.finding = at});
  }
  if (state.left_out != 0) {
    rows.push_back({.heading = counted(state.left_out, "finding") + " of less weight: the report has them"});
  }
  return rows;
}

ListColumns list_columns(const LiveState& state, std::size_t width) {
  constexpr std::size_t kNarrow = 64;
  constexpr std::size_t kWide = 100;
  ListColumns columns{.gap = width < kWide ? 1U : 2U, .narrow = width < kNarrow, .verdict = 7};
  std::size_t parties = 0;
  std::size_t cause = 0;
  const auto widen = [](std::size_t& column, std::size_t to) { column = std::max(column, to); };
  for (const LiveFinding& one : state.findings) {
    const Finding& finding = one.diagnosis.finding;
    widen(columns.id, live_id(one.id).size());
    widen(columns.verdict, finding_name(finding).size());
    widen(columns.times, grouped(finding.count).size());
    widen(parties, display_width(parties_text(finding, columns.narrow)));
    widen(cause, display_width(cause_text(one.diagnosis)));
  }
  columns.change = columns.narrow ? 0 : 7;
  columns.last = columns.narrow ? 0 : 4;
  if (columns.narrow) columns.times = 0;
  columns.verdict = std::min(columns.verdict, columns.narrow ? width / 3 : width / 4);
  std::size_t taken = kSelected.size() + columns.id + columns.gap;
  for (const std::size_t column : {columns.change, columns.verdict, columns.times, columns.last}) {
    taken += column == 0 ? 0 : column + columns.gap;
  }
  share_rest(columns, parties, cause, width - std::min(width, taken));
  return columns;
}

std::string column_heads(const ListColumns& columns, const TextStyle& style) {
  std::string line(kSelected.size() + columns.id + columns.gap, ' ');
  const auto add = [&](std::size_t column, std::string text) {
    if (column != 0) line += std::move(text) + std::string(columns.gap, ' ');
  };
  add(columns.change, pad_right("State", columns.change));
  add(columns.verdict, pad_right("Finding", columns.verdict));
  add(columns.times, pad_left(columns.times < 5 ? "#" : "Times", columns.times));
  add(columns.last, pad_left("Last", columns.last));
  add(columns.parties, pad_right(shortened("Between", std::max<std::size_t>(columns.parties, 3)), columns.parties));
  if (columns.cause >= kCauseCut) line += "Likely";
  return style.paint.dim(line);
}

std::string list_line(const LiveFinding& finding, const ListColumns& columns, bool selected, Time now,
                      const TextStyle& style) {
  const Finding& what = finding.diagnosis.finding;
  std::string line(selected ? kSelected : std::string(kSelected.size(), ' '));
  const auto add = [&](std::size_t column, std::string text) {
    if (column != 0) line += std::move(text) + std::string(columns.gap, ' ');
  };
  const std::string verdict = pad_right(shortened(finding_name(what), columns.verdict), columns.verdict);
  add(columns.id, pad_right(live_id(finding.id), columns.id));
  add(columns.change, pad_right(change_text(finding, now), columns.change));
  add(columns.verdict, finding.healed ? style.paint.dim(verdict) : painted_verdict(what, verdict, style.paint));
  add(columns.times, pad_left(grouped(what.count), columns.times));
  add(columns.last, pad_left(age(what.last, now), columns.last));
  add(columns.parties,
      pad_right(shortened_middle(parties_text(what, columns.narrow), columns.parties), columns.parties));
  return line + cut_cause(cause_text(finding.diagnosis), columns.cause);
}

}  // namespace whydrop
