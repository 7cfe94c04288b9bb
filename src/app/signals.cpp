// Signal handlers do one thing here: set a flag.
#include "src/app/signals.h"

#include <array>
#include <csignal>

namespace whydrop {
namespace {

constexpr std::array kInterrupts = {SIGINT, SIGTERM, SIGHUP};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a handler is given nothing else to write to
volatile std::sig_atomic_t interrupt_seen = 0;

void note_interrupt(int) { interrupt_seen = 1; }

bool is_ignored(int signal) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

void set_handler(int signal, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void ignore_broken_pipes() { set_handler(SIGPIPE, SIG_IGN, 0); }

InterruptGuard::InterruptGuard() {
  interrupt_seen = 0;
  for (const int signal : kInterrupts) {
    if (signal == SIGHUP && is_ignored(signal)) continue;
    // No SA_RESTART: a read that waits for more input ends too.
    set_handler(signal, note_interrupt, static_cast<int>(SA_RESETHAND));
  }
}

InterruptGuard::~InterruptGuard() {
  for (const int signal : kInterrupts) {
    if (!is_ignored(signal)) set_handler(signal, SIG_DFL, 0);
  }
}

bool InterruptGuard::interrupted() { return interrupt_seen != 0; }

}  // namespace whydrop
