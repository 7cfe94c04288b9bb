// Signals: Ctrl-C ends the reading, not the report; a reader that goes away is an error code, not a death; a death
// leaves nothing in disorder.
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

/// While it lives, a signal that ends the program without further ado (the second interrupt, a crash) first calls
/// `farewell`, which may do no more than a signal handler may.
class FarewellGuard {
 public:
  explicit FarewellGuard(void (*farewell)());
  ~FarewellGuard();
  FarewellGuard(const FarewellGuard&) = delete;
  FarewellGuard& operator=(const FarewellGuard&) = delete;
};

}  // namespace whydrop
