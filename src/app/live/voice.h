// How `whydrop live` speaks: lines of text, or NDJSON, each written at once; or a full screen, and the last report.
#pragma once

#include <memory>

#include "src/app/console.h"
#include "src/app/live/screen.h"
#include "src/report/live_events.h"

namespace whydrop {

class Voice {
 public:
  /// `screen`: null where lines are wanted.
  Voice(const TextOptions& text, bool json, std::unique_ptr<Screen> screen)
      : text_(text), json_(json), has_lines_(screen == nullptr), screen_(std::move(screen)) {}

  /// Null where there is none, or not any more.
  Screen* screen() { return screen_.get(); }
  void leave_screen() { screen_.reset(); }

  void say(const FindingEvent& event, const CaptureSummary& capture);
  void say(const CaptureEvent& event);
  void say(const Report& report, Time time, bool last);

  /// False once nobody listens, or has heard enough, or the disk is full.
  bool is_heard() const { return is_heard_ && !output_is_closed() && (!screen_ || !screen_->is_left()); }
  ExitStatus finish() { return output_.finish(); }

 private:
  void write(const std::string& text);

  TextOptions text_;
  bool json_;
  bool has_lines_;  ///< for events; reports are written in any case
  bool is_heard_ = true;
  Output output_;
  std::unique_ptr<Screen> screen_;
};

}  // namespace whydrop
