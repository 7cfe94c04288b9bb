// How `whydrop live` speaks: lines of text, or NDJSON, each written at once.
#pragma once

#include "src/app/console.h"
#include "src/report/live_events.h"

namespace whydrop {

class Voice {
 public:
  Voice(const TextOptions& text, bool json) : text_(text), json_(json) {}

  void say(const FindingEvent& event, const CaptureSummary& capture);
  void say(const CaptureEvent& event);
  void say(const Report& report, Time time, bool last);

  /// False once nobody listens, or the disk is full.
  bool is_heard() const { return is_heard_ && !output_is_closed(); }
  ExitStatus finish() { return output_.finish(); }

 private:
  void write(const std::string& text);

  TextOptions text_;
  bool json_;
  bool is_heard_ = true;
  Output output_;
};

}  // namespace whydrop
