// Lines of live events.
#include "src/report/live_events.h"

#include <fmt/format.h>

#include "src/report/json_finding.h"
#include "src/report/layout.h"
#include "src/report/text_parts.h"

namespace whydrop {
namespace {

constexpr int kOneLine = -1;

Json head(std::string_view event, Time time) {
  return {{"schema", "whydrop-live/1"}, {"event", event}, {"time", rfc3339(time)}};
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
  Json json = head(name(event.change), event.time);
  json["what"] = event.what;
  json["finding"] = json_finding(event.diagnosis, live_id(event.id), capture, {});
  return dumped(json, kOneLine);
}

std::string text_event(const CaptureEvent& event, const TextOptions& options) {
  const Clock clock{.local = options.local_time};
  return fmt::format("{} {} {}\n", clock.time_of_day(event.time), printable(event.interface), printable(event.what));
}

std::string json_event(const CaptureEvent& event) {
  Json json = head(event.kind, event.time);
  json["interface"] = event.interface;
  json["what"] = event.what;
  if (event.packets != 0) json["packets"] = event.packets;
  return dumped(json, kOneLine);
}

std::string json_event(const Report& report, Time time, bool last) {
  Json json = head("report", time);
  json["last"] = last;
  json["report"] = json_of(report, {});
  return dumped(json, kOneLine);
}

}  // namespace whydrop
