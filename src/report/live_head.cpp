// The head of the full-screen view: is the capture itself all right?
#include <fmt/format.h>

#include <algorithm>

#include "src/core/text.h"
#include "src/report/layout.h"
#include "src/report/live_view_parts.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

/// "4.2 MB": three digits tell enough.
std::string size_text(double bytes) {
  constexpr double kStep = 1000;
  if (bytes < kStep) return fmt::format("{:.0f} B", bytes);
  for (const char* unit : {"kB", "MB", "GB"}) {
    bytes /= kStep;
    if (bytes < kStep) return fmt::format("{:.{}f} {}", bytes, bytes < 10 ? 1 : 0, unit);
  }
  return fmt::format("{:.1f} TB", bytes / kStep);
}

std::string rate(double per_second) { return grouped(static_cast<std::uint64_t>(per_second)) + "/s"; }

/// As many of these as the line takes, the first ones first.
std::string fitting_parts(const std::vector<std::string>& parts, std::size_t width) {
  std::string line;
  for (const std::string& part : parts) {
    const std::string longer = line.empty() ? part : fmt::format("{}, {}", line, part);
    if (display_width(longer) > width) break;
    line = longer;
  }
  return line;
}

std::string numbers(const LiveState& state, std::size_t width) {
  std::string flows = counted(state.flows.total, "flow");
  if (state.flows.failed != 0) flows += fmt::format(" ({} failed)", grouped(state.flows.failed));
  return fitting_parts(
      {counted(state.packets, "packet"), rate(state.packets_per_second), size_text(state.bytes_per_second) + "/s",
       flows, "memory " + size_text(static_cast<double>(state.memory))},
      width);
}

/// What is wrong with the capture; nothing when it is whole.
std::vector<std::string> troubles(const LiveState& state) {
  std::vector<std::string> found;
  if (state.lost != 0) found.push_back(fmt::format("the kernel lost {}", counted(state.lost, "packet")));
  for (const LiveHealth& one : state.health) {
    const std::string name = printable(one.interface);
    if (one.gone) found.push_back(name + " is gone");
    else if (!one.up) found.push_back(name + " is down");
    if (one.missed != 0) found.push_back(fmt::format("the card of {} missed {}", name, grouped(one.missed)));
    if (one.receive_drops != 0)
      found.push_back(fmt::format("{} dropped {} received", name, grouped(one.receive_drops)));
    if (one.send_drops != 0) found.push_back(fmt::format("{} dropped {} to send", name, grouped(one.send_drops)));
  }
  return found;
}

std::string capture_line(const LiveState& state, const TextStyle& style) {
  const std::vector<std::string> found = troubles(state);
  if (found.empty()) return "Capture: no packet lost";
  return style.paint.red(shortened("Capture: " + joined(found), style.width));
}

}  // namespace

std::string bar(std::string_view left, std::string_view right, std::size_t width) {
  const std::size_t room = width - std::min(width, display_width(right) + 2);
  return ' ' + pad_right(shortened(left, std::max<std::size_t>(room, 4) - 1), room) + std::string(right) + ' ';
}

std::string title_bar(const LiveState& state, const TextStyle& style) {
  const auto lasted = std::chrono::floor<std::chrono::seconds>(state.now - state.began);
  const std::string how_long = lasted < 2min ? fmt::format("{} s", lasted.count()) : human(lasted);
  const bool today = style.clock.date(state.began) == style.clock.date(state.now);
  const std::string since = fmt::format("since {}{} {}, {}", today ? "" : style.clock.date(state.began) + ' ',
                                        style.clock.time_of_day(state.began), style.clock.zone(state.began), how_long);
  std::string left = "whydrop live on " + printable(state.interfaces);
  if (!state.filter.empty()) left += ": " + printable(state.filter);
  const bool fits = display_width(left) + display_width(since) + 4 <= style.width;
  return bar(left, fits ? since : how_long, style.width);
}

Lines head_lines(const LiveState& state, const TextStyle& style) {
  Lines lines = {numbers(state, style.width), capture_line(state, style)};
  if (state.notice && state.now - state.notice->time < kNewsLasts) {
    const CaptureEvent& notice = *state.notice;
    const std::string text = fmt::format("{} {} {}", style.clock.time_of_day(notice.time), printable(notice.interface),
                                         printable(notice.what));
    lines.push_back(style.paint.yellow(shortened(text, style.width)));
  }
  return lines;
}

Lines nothing_found(const LiveState& state, const TextStyle& style) {
  Outline out(style.width);
  if (state.packets == 0) {
    out.wrapped(0, "", "No packet has come so far. That can mean:");
    out.wrapped(0, "  - ", "the traffic takes another interface: -i any watches all of them");
    if (!state.filter.empty()) out.wrapped(0, "  - ", "the filter lets nothing through: " + printable(state.filter));
    out.wrapped(0, "  - ", "this host's own output rules drop it: a capture sees what they have passed");
    out.wrapped(0, "  - ", "nobody tries");
    return std::move(out).take();
  }
  out.wrapped(0, "",
              "Nothing has failed so far. What fails appears here as soon as its silence is long enough to tell.");
  for (const QualityNote& note : state.capture.quality) {
    if (!note.affects.empty()) out.wrapped(0, "Note: ", note_text(note));
  }
  return std::move(out).take();
}

}  // namespace whydrop
