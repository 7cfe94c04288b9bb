// Events to standard output.
#include "src/app/live/voice.h"

namespace whydrop {

void Voice::write(const std::string& text) { is_heard_ = output_.write(text) && output_.flush() && is_heard_; }

void Voice::say(const FindingEvent& event, const CaptureSummary& capture) {
  if (has_lines_) write(json_ ? json_event(event, capture) : text_event(event, text_));
}

void Voice::say(const CaptureEvent& event) {
  if (screen_) screen_->note(event);
  if (has_lines_) write(json_ ? json_event(event) : text_event(event, text_));
}

void Voice::say(const Report& report, Time time, bool last) {
  leave_screen();
  write(json_ ? json_event(report, time, last) : text_report(report, text_));
}

}  // namespace whydrop
