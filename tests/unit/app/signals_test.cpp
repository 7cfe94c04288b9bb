// What a signal that ends the program leaves behind.
#include "src/app/signals.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/catch.h"

namespace whydrop {
namespace {

constexpr int kFarewell = 42;

void leave() { ::_exit(kFarewell); }

void receive(int signal) {
  if (::raise(signal) != 0) ::_exit(1);
}

/// What the system says of a child that did this.
int status_of(void (*act)()) {
  const pid_t child = ::fork();
  if (child == 0) {
    act();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

bool said_farewell(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == kFarewell; }

}  // namespace

TEST_CASE("a first interrupt is only noted, a second ends the program, not without a farewell", "[live]") {
  CHECK(status_of([] {
          const InterruptGuard interrupts;
          const FarewellGuard farewell(leave);
          receive(SIGINT);
          ::_exit(InterruptGuard::interrupted() ? 0 : 1);
        }) == 0);
  CHECK(said_farewell(status_of([] {
    const InterruptGuard interrupts;
    const FarewellGuard farewell(leave);
    receive(SIGINT);
    receive(SIGINT);
  })));
  const int alone = status_of([] {
    const InterruptGuard interrupts;
    receive(SIGINT);
    receive(SIGINT);
  });
  CHECK((WIFSIGNALED(alone) && WTERMSIG(alone) == SIGINT));
}

TEST_CASE("a death by a signal is still one after the farewell", "[live]") {
  const int status = status_of([] {
    const FarewellGuard farewell([] {});
    receive(SIGQUIT);
  });
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGQUIT));
}

TEST_CASE("when the guard is gone, nobody is called any more", "[live]") {
  const int status = status_of([] {
    {
      const FarewellGuard farewell(leave);
    }
    receive(SIGQUIT);
  });
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGQUIT));
}

}  // namespace whydrop
