// The terminal, as far as a full-screen view needs it: lines out, keys in, and back to what it was.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "src/report/live_view.h"

namespace whydrop {

class Terminal {
 public:
  /// Takes the whole screen. Null where there is none to take: standard input or output is no terminal, or one that
  /// cannot move its cursor. Whatever ends the program, but for a SIGKILL, gives it back.
  static std::unique_ptr<Terminal> begin();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  ViewSize size() const;
  /// Whether it shows more than ASCII, as the locale says.
  static bool is_utf8();

  enum class Input : std::uint8_t { key, leave, resized, other };
  struct Event {
    Input input{};
    ViewKey key{};  ///< where it is one
  };
  /// The next of what has been typed; never waits.
  std::optional<Event> next();

  /// False while drawing would have to wait: Ctrl-S, or a line that is too slow.
  static bool takes_text();
  /// Sends what differs from the last time.
  void draw(const std::vector<ViewLine>& lines);

 private:
  class State;
  explicit Terminal(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace whydrop
