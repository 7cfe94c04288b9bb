// What happens while a capture goes on, a line each: for people, or as NDJSON.
//
// JSON events have a schema (whydrop-live/1), an event and a time; findings and reports in them are those of whydrop/1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/cause/diagnosis.h"
#include "src/report/text.h"

namespace whydrop {

/// What became of a finding.
enum class Change : std::uint8_t { appeared, changed, healed, recurred };
std::string_view name(Change change);

/// "L3", which stays the same while the finding lives: F1 is for reports, which sort anew.
std::string live_id(std::uint64_t id);

struct FindingEvent {
  Change change{};
  Time time;
  std::uint64_t id = 0;  ///< of the finding, for as long as the capture goes on
  std::string what;      ///< what is new: "as host-down before"; empty where the change says all
  Diagnosis diagnosis;
};

/// "07:13:38 appeared L1 failure syn-no-reply 1x tcp 10.9.1.2 -> 10.9.2.2:443 since ..., likely silent-filter 71%".
std::string text_event(const FindingEvent& event, const TextOptions& options);
std::string json_event(const FindingEvent& event, const CaptureSummary& capture);

/// Something about the capture itself: an interface went down, packets were lost.
struct CaptureEvent {
  std::string kind;  ///< "started", "interface-down", "packets-lost"
  Time time;
  std::string interface;
  std::string what;           ///< a sentence without its subject: "went down"
  std::uint64_t packets = 0;  ///< lost; 0 where none are meant
};
std::string text_event(const CaptureEvent& event, const TextOptions& options);
std::string json_event(const CaptureEvent& event);

/// A report in an event of its own; `last` is the final one.
std::string json_event(const Report& report, Time time, bool last);

}  // namespace whydrop
