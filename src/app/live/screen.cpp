// Draws where something is new, and never waits for a terminal that takes no text.
#include "src/app/live/screen.h"

#include <unistd.h>

#include <utility>

namespace whydrop {

Screen::Screen(std::unique_ptr<Terminal> terminal, Board board, ViewStyle style)
    : terminal_(std::move(terminal)), board_(std::move(board)), style_(style) {
  style_.utf8 = Terminal::is_utf8();
  draw();
}

int Screen::input() { return STDIN_FILENO; }

void Screen::answer() {
  while (const auto event = terminal_->next()) {
    is_stale_ = true;
    if (event->input == Terminal::Input::leave) is_left_ = true;
    if (event->input == Terminal::Input::key) {
      place_ = moved(board_.state(), place_, event->key, terminal_->size());
    }
  }
  if (is_stale_) draw();
}

void Screen::judged(Report report, std::span<const Standing> standing, const std::vector<FindingChange>& changes,
                    Time now) {
  board_.judged(std::move(report), standing, changes, now);
  is_stale_ = true;
}

void Screen::counted(const LiveCounts& counts, Time now) {
  board_.counted(counts, now);
  is_stale_ = true;
}

void Screen::note(const CaptureEvent& event) {
  if (event.kind == "started") return;
  board_.note(event);
  is_stale_ = true;
}

void Screen::draw() {
  if (!Terminal::takes_text()) return;
  const ViewSize size = terminal_->size();
  place_ = settled(board_.state(), place_, size);
  terminal_->draw(live_view(board_.state(), place_, size, style_));
  is_stale_ = false;
}

}  // namespace whydrop
