// Signals: Ctrl-C ends the reading, not the report; a reader that goes away is an error code, not a death.
#pragma once

namespace whydrop {

void ignore_broken_pipes();

/// While it lives, the first SIGINT, SIGTERM or SIGHUP is only noted; the second ends the program as usual. A SIGHUP
/// that is ignored (nohup) stays so.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static bool interrupted();
};

}  // namespace whydrop
