// Signals are for the first thread, which waits for them.
#pragma once

#include <signal.h>  // NOLINT(modernize-deprecated-headers): pthread_sigmask

namespace whydrop {

/// Threads that are started while it lives get no signal but those that they bring about themselves: a page of a mapped
/// file that is gone, a crash.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all{};
    sigfillset(&all);
    for (const int own : {SIGBUS, SIGSEGV, SIGILL, SIGFPE, SIGTRAP}) sigdelset(&all, own);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace whydrop
