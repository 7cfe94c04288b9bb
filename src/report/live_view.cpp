// The full-screen view: a head, a list, below it the selected finding in brief, and the keys; or one finding whole.
#include "src/report/live_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "src/core/text.h"
#include "src/report/layout.h"
#include "src/report/live_view_parts.h"

namespace whydrop {
namespace {

constexpr ViewSize kSmallest = {.width = 40, .height = 10};
constexpr std::size_t kBars = 2;          // title and keys
constexpr std::size_t kColumnHeads = 1;   // above the list
constexpr std::size_t kShortestList = 5;  // with a brief below it
constexpr std::size_t kShortestBrief = 7;
constexpr std::size_t kLongestBrief = 20;
constexpr std::size_t kOpenHead = 1;  // between title and text

bool is_too_small(ViewSize size) { return size.width < kSmallest.width || size.height < kSmallest.height; }

TextStyle text_style(const ViewStyle& style, ViewSize size) {
  return {.paint = Paint(style.color), .clock = {.local = style.local_time}, .width = size.width};
}

std::optional<std::size_t> position(const LiveState& state, const LivePlace& place) {
  if (state.findings.empty()) return std::nullopt;
  const auto found = std::ranges::find(state.findings, place.selected.value_or(0), &LiveFinding::id);
  if (found == state.findings.end()) return 0;
  return static_cast<std::size_t>(found - state.findings.begin());
}

/// How the lines between head and keys are shared.
struct Shares {
  std::size_t list = 0;
  std::size_t brief = 0;
};

Shares shares(const LiveState& state, ViewSize size) {
  const std::size_t head = head_lines(state, {.width = size.width}).size();
  const std::size_t room = size.height - kBars - head - kColumnHeads;
  const std::size_t wanted = std::min(list_rows(state).size(), std::max(kShortestList, room / 2));
  const std::size_t brief = std::min(room - std::min(room, wanted), kLongestBrief);
  if (brief < kShortestBrief) return {.list = room, .brief = 0};
  return {.list = room - brief, .brief = brief};
}

/// "Healed at 05:26:12: 10.9.1.2 gets through again".
std::string news(const LiveFinding& finding, const Clock& clock) {
  std::string text = fmt::format("{} at {}", name(finding.change), clock.time_of_day(finding.changed));
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return finding.what.empty() ? text : fmt::format("{}: {}", text, printable(finding.what));
}

/// "tcp 10.9.1.2 -> 10.9.2.2:443, 12 attempts since 05:25:37, the last at 05:25:40".
std::string course(const Finding& finding, const Clock& clock) {
  const Parties who = parties(finding, ClientPort::hidden);
  const std::string text = fmt::format("{} {} -> {}, {}", name(finding.transport), who.client, who.server,
                                       counted(finding.count, "attempt"));
  if (finding.count == 1) return fmt::format("{} at {}", text, clock.time_of_day(finding.first));
  return fmt::format("{} since {}, the last at {}", text, clock.time_of_day(finding.first),
                     clock.time_of_day(finding.last));
}

Lines folded_lines(const Lines& lines, std::size_t width) {
  Lines all;
  for (const std::string& line : lines) std::ranges::move(folded(line, width), std::back_inserter(all));
  return all;
}

Lines open_text(const LiveFinding& finding, const LiveState& state, const TextStyle& style) {
  TextStyle next_first = style;
  next_first.next_first = true;
  return folded_lines(finding_text(finding.diagnosis, live_id(finding.id), state.capture, next_first), style.width);
}

std::size_t open_room(ViewSize size) { return size.height - kBars - kOpenHead; }

Lines brief_text(const LiveFinding& finding, const LiveState& state, const TextStyle& style, std::size_t most) {
  Lines status = hanging("  ", course(finding.diagnosis.finding, style.clock), style.width);
  if (!finding.what.empty()) {
    std::ranges::move(hanging("  ", news(finding, style.clock), style.width), std::back_inserter(status));
  }
  Lines lines = folded_lines(
      finding_brief(finding.diagnosis, live_id(finding.id), state.capture, style, most - status.size()), style.width);
  lines.insert(lines.begin() + std::min<std::ptrdiff_t>(2, std::ssize(lines)), status.begin(), status.end());
  if (lines.size() > most) lines.resize(most);
  return lines;
}

void add(Lines lines, std::vector<ViewLine>& view) {
  for (std::string& line : lines) view.push_back({.text = std::move(line)});
}

std::vector<ViewLine> too_small(ViewSize size) {
  const std::string text = fmt::format("This window is {}x{}; the view needs {}x{}. q ends the watch.", size.width,
                                       size.height, kSmallest.width, kSmallest.height);
  std::vector<ViewLine> view;
  add(wrap(text, std::max<std::size_t>(size.width, 1)), view);
  return view;
}

void add_list(const LiveState& state, const LivePlace& place, const Shares& share, const TextStyle& style,
              std::vector<ViewLine>& view) {
  const std::vector<ListRow> rows = list_rows(state);
  const ListColumns columns = list_columns(state, style.width);
  const std::optional<std::size_t> selected = position(state, place);
  view.push_back({.text = column_heads(columns, style)});
  for (std::size_t at = place.top; at < std::min(rows.size(), place.top + share.list); ++at) {
    const ListRow& row = rows[at];
    const bool here = row.finding && row.finding == selected;
    std::string text = row.finding ? list_line(state.findings[*row.finding], columns, here, state.now, style)
                                   : style.paint.bold(shortened(row.heading, style.width));
    view.push_back({.text = std::move(text), .reversed = here});
  }
}

/// The keys at the bottom: how to move, what else there is, and the way out, which is never cut.
ViewLine key_bar(std::string_view moves, std::string_view other, std::string_view right, ViewSize size) {
  const auto keys = [&](std::string_view gap, std::string_view rest) {
    std::string text;
    for (const std::string_view part : {moves, other}) text += part.empty() ? "" : fmt::format("{}{}", part, gap);
    return fmt::format("{}q end{}", text, rest);
  };
  const std::string whole = keys("   ", " with the report");
  const bool fits = display_width(whole) + display_width(right) + 4 <= size.width;
  return {.text = fits ? bar(whole, right, size.width) : bar(keys("  ", ""), "", size.width), .reversed = true};
}

std::vector<ViewLine> list_view(const LiveState& state, const LivePlace& place, ViewSize size, const ViewStyle& look) {
  const TextStyle style = text_style(look, size);
  std::vector<ViewLine> view = {{.text = title_bar(state, style), .reversed = true}};
  add(head_lines(state, style), view);
  if (state.findings.empty()) {
    view.push_back({});
    add(nothing_found(state, style), view);
    view.resize(size.height - 1);
    view.push_back(key_bar("", "", "", size));
    return view;
  }
  const Shares share = shares(state, size);
  add_list(state, place, share, style, view);
  if (share.brief != 0) add(brief_text(state.findings[*position(state, place)], state, style, share.brief), view);
  view.resize(size.height - 1);
  view.push_back(key_bar(look.utf8 ? "↑↓ select" : "Up/Down select", "Enter open", "", size));
  return view;
}

std::vector<ViewLine> open_view(const LiveState& state, const LivePlace& place, ViewSize size, const ViewStyle& look) {
  const TextStyle style = text_style(look, size);
  const LiveFinding& finding = state.findings[*position(state, place)];
  const Lines text = open_text(finding, state, style);
  const std::size_t end = std::min(text.size(), place.scroll + open_room(size));
  std::vector<ViewLine> view = {{.text = title_bar(state, style), .reversed = true}};
  view.push_back({.text = style.paint.dim(shortened(news(finding, style.clock), size.width))});
  for (std::size_t at = place.scroll; at < end; ++at) view.push_back({.text = text[at]});
  view.resize(size.height - 1);
  view.push_back(key_bar(look.utf8 ? "↑↓ PgUp PgDn scroll" : "Up/Down PgUp PgDn", "Esc back",
                         fmt::format("{}-{} of {}", place.scroll + 1, end, text.size()), size));
  return view;
}

LivePlace scrolled(LivePlace place, ViewKey key, std::size_t page) {
  const auto up = [&](std::size_t lines) { place.scroll -= std::min(place.scroll, lines); };
  switch (key) {
    case ViewKey::up: up(1); break;
    case ViewKey::down: place.scroll += 1; break;
    case ViewKey::page_up: up(page); break;
    case ViewKey::page_down: place.scroll += page; break;
    case ViewKey::first: place.scroll = 0; break;
    case ViewKey::last: place.scroll = std::size_t{1} << 30U; break;
    case ViewKey::open: break;
    case ViewKey::back: place.open = false; break;
  }
  return place;
}

LivePlace selected_at(const LiveState& state, LivePlace place, std::size_t at) {
  at = std::min(at, state.findings.size() - 1);
  place.selected = at == 0 ? std::nullopt : std::optional(state.findings[at].id);
  return place;
}

}  // namespace

LivePlace moved(const LiveState& state, LivePlace place, ViewKey key, ViewSize size) {
  const std::optional<std::size_t> now = position(state, place);
  if (!now || is_too_small(size)) return place;
  if (place.open) return settled(state, scrolled(place, key, open_room(size)), size);
  const std::size_t page = shares(state, size).list;
  switch (key) {
    case ViewKey::up: place = selected_at(state, place, *now - std::min<std::size_t>(*now, 1)); break;
    case ViewKey::down: place = selected_at(state, place, *now + 1); break;
    case ViewKey::page_up: place = selected_at(state, place, *now - std::min(*now, page)); break;
    case ViewKey::page_down: place = selected_at(state, place, *now + page); break;
    case ViewKey::first: place = selected_at(state, place, 0); break;
    case ViewKey::last: place = selected_at(state, place, state.findings.size()); break;
    case ViewKey::open:
      place.selected = state.findings[*now].id;
      place.open = true;
      place.scroll = 0;
      break;
    case ViewKey::back: break;
  }
  return settled(state, place, size);
}

LivePlace settled(const LiveState& state, LivePlace place, ViewSize size) {
  const std::optional<std::size_t> at = position(state, place);
  if (!at) return {};
  if (is_too_small(size)) return place;
  if (place.selected && state.findings[*at].id != *place.selected) place = {.top = place.top};
  if (place.open) {
    const std::size_t lines = open_text(state.findings[*at], state, {.width = size.width}).size();
    place.scroll = std::min(place.scroll, lines - std::min(lines, open_room(size)));
  }
  const std::vector<ListRow> rows = list_rows(state);
  const std::size_t list = shares(state, size).list;
  const auto row = std::ranges::find(rows, at, &ListRow::finding);
  const auto here = static_cast<std::size_t>(row - rows.begin());
  // With the heading of its group, where it is the first of it.
  const std::size_t first = rows[here - 1].finding ? here : here - 1;
  place.top = std::clamp(place.top, here - std::min(here, list - 1), first);
  place.top = std::min(place.top, rows.size() - std::min(rows.size(), list));
  return place;
}

std::vector<ViewLine> live_view(const LiveState& state, const LivePlace& place, ViewSize size, const ViewStyle& style) {
  std::vector<ViewLine> view = is_too_small(size)                      ? too_small(size)
                               : place.open && !state.findings.empty() ? open_view(state, place, size, style)
                                                                       : list_view(state, place, size, style);
  view.resize(size.height);
  for (ViewLine& line : view) {
    line.text = folded(line.text, std::max<std::size_t>(size.width, 1)).front();
    if (!style.utf8) line.text = in_ascii(line.text);
  }
  return view;
}

}  // namespace whydrop
