// One lock after the other: each needs rights that the next takes away.
#include "src/app/sandbox/sandbox.h"

#include <sys/prctl.h>

#include <ctime>
#include <utility>

#include "src/app/console.h"
#include "src/app/sandbox/privileges.h"
#include "src/app/sandbox/seccomp.h"

namespace whydrop {

std::expected<Sandbox, Error> confine(const Profile& profile) {
  ::tzset();  // reads the time zone's file, as the first use of a time would do
  Sandbox sandbox{.files = LandlockRules(profile)};
  if (auto given_up = give_up_privileges(profile); !given_up) return std::unexpected(given_up.error());
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  sandbox.landlock = sandbox.files.enforce();
  sandbox.seccomp_rules = filter_system_calls(profile);
  return sandbox;
}

std::optional<Sandbox> enter_sandbox(const Profile& profile) {
  auto sandbox = confine(profile);
  if (sandbox) return std::move(*sandbox);
  complain(sandbox.error());
  return std::nullopt;
}

}  // namespace whydrop
