// The full-screen form of a watch: the board, where the person looks, and the terminal.
#pragma once

#include <memory>

#include "src/app/live/board.h"
#include "src/app/live/terminal.h"

namespace whydrop {

class Screen {
 public:
  Screen(std::unique_ptr<Terminal> terminal, Board board, ViewStyle style);

  /// Input that is waiting there is a key.
  static int input();
  /// Answers what was typed since the last time.
  void answer();
  /// q was pressed.
  bool is_left() const { return is_left_; }

  void judged(Report report, std::span<const Standing> standing, const std::vector<FindingChange>& changes, Time now);
  void counted(const LiveCounts& counts, Time now);
  void note(const CaptureEvent& event);

 private:
  void draw();

  std::unique_ptr<Terminal> terminal_;
  Board board_;
  ViewStyle style_;
  LivePlace place_;
  bool is_left_ = false;
  bool is_stale_ = true;  ///< what is shown is not the latest
};

}  // namespace whydrop
