// Signal handlers do as little as they can: set a flag, or say farewell.
#include "src/app/signals.h"

#include <array>
#include <csignal>

namespace whydrop {
namespace {

constexpr std::array kInterrupts = {SIGINT, SIGTERM, SIGHUP};
constexpr std::array kDeaths = {SIGQUIT, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): a handler is given nothing else
volatile std::sig_atomic_t interrupt_seen = 0;
void (*volatile last_act)() = nullptr;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void set_handler(int signal, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigaction(signal, &action, nullptr);
}

void (*handler_of(int signal))(int) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

bool is_ignored(int signal) { return handler_of(signal) == SIG_IGN; }

/// The signal comes again when this has returned, and finds nobody.
void die(int signal) {
  if (last_act != nullptr) last_act();
  ::raise(signal);  // NOLINT(cert-err33-c): nothing is left to do if it fails
}

void note_interrupt(int signal) {
  interrupt_seen = 1;
  if (last_act != nullptr) set_handler(signal, die, static_cast<int>(SA_RESETHAND));
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

FarewellGuard::FarewellGuard(void (*farewell)()) {
  last_act = farewell;
  for (const int signal : kDeaths) {
    if (handler_of(signal) == SIG_DFL) set_handler(signal, die, static_cast<int>(SA_RESETHAND));
  }
}

FarewellGuard::~FarewellGuard() {
  last_act = nullptr;
  for (const int signal : kDeaths) {
    if (handler_of(signal) == die) set_handler(signal, SIG_DFL, 0);
  }
}

bool InterruptGuard::interrupted() { return interrupt_seen != 0; }

}  // namespace whydrop
