// The sandbox that a command closes around itself before it looks at a packet.
#pragma once

#include <expected>
#include <optional>

#include "src/app/sandbox/landlock.h"
#include "src/app/sandbox/profile.h"
#include "src/core/error.h"

namespace whydrop {

/// What the kernel agreed to. It lasts beyond this value, which is to live as long as files are opened.
struct Sandbox {
  LandlockRules files;
  int landlock = 0;            ///< version of its interface; 0: not in this kernel
  unsigned seccomp_rules = 0;  ///< 0: no filter
};

/// Gives up, for good, all that `profile` does not need; before any thread is started. What the kernel or a container
/// does not let us do is left undone, but for one thing: an error where root cannot be given up.
std::expected<Sandbox, Error> confine(const Profile& profile);

/// `confine`; or nothing, and then it has been complained about, and nothing must be read.
std::optional<Sandbox> enter_sandbox(const Profile& profile);

}  // namespace whydrop
