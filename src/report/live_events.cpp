// Lines of live events.
#include "src/report/live_events.h"

#include <fmt/format.h>

#include "src/report/json_finding.h"
#include "src/report/layout.h"
#include "src/report/text_parts.h"

namespace whydrop {
namespace {

/// An event, whose own members `fill` writes.
template <typename Fill>
std::string json_line(std::string_view event, Time time, const Fill& fill) {
  std::string line;
  JsonWriter json(line, JsonWriter::Layout::one_line);
  json.object([&] {
    json.member("schema", "whydrop-live/1");
    json.member("event", event);
    json.member("time", rfc3339(time));
    fill(json);
  });
  return line += '\n';
}

std::string painted_change(Change change, const Paint& paint) {
  const std::string word = pad_right(std::string(name(change)), 8);
  return change == Change::healed ? paint.bold(word) : word;
}

}  // namespace

std::string live_id(std::uint64_t id) { return fmt::format("L{}", id); }

std::string_view name(Change change) {
  switch (change) {
    case Change::appeared: return "appeared";
    case Change::changed: return "changed";
    case Change::healed: return "healed";
    case Change::recurred: return "recurred";
  }
  return "";
}

std::string text_event(const FindingEvent& event, const TextOptions& options) {
  const TextStyle style{.paint = Paint(options.color), .clock = {.local = options.local_time}};
  std::string line =
      fmt::format("{} {} {}", style.clock.time_of_day(event.time), painted_change(event.change, style.paint),
                  quiet_line(event.diagnosis, live_id(event.id), style));
  if (!event.what.empty()) line += ": " + printable(event.what);
  const std::string& next = event.diagnosis.next_test.command;
  if (event.change == Change::appeared && !next.empty()) line += "; next: " + printable(next);
  return line + '\n';
}

std::string json_event(const FindingEvent& event, const CaptureSummary& capture) {
  return json_line(name(event.change), event.time, [&](JsonWriter& json) {
    json.member("what", event.what);
    json.object("finding", [&] { write_finding(json, event.diagnosis, live_id(event.id), capture, {}); });
  });
}

std::string text_event(const CaptureEvent& event, const TextOptions& options) {
  const Clock clock{.local = options.local_time};
  return fmt::format("{} {} {}\n", clock.time_of_day(event.time), printable(event.interface), printable(event.what));
}

std::string json_event(const CaptureEvent& event) {
  return json_line(event.kind, event.time, [&](JsonWriter& json) {
    json.member("interface", event.interface);
    json.member("what", event.what);
    if (event.packets != 0) json.member("packets", event.packets);
  });
}

std::string json_event(const Report& report, Time time, bool last) {
  return json_line("report", time, [&](JsonWriter& json) {
    json.member("last", last);
    json.object("report", [&] { write_report(json, report, {}, [] {}); });
  });
}

}  // namespace whydrop
