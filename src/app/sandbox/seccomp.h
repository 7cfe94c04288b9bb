// The filter over system calls (seccomp(2)): what a profile does not need is refused.
#pragma once

#include "src/app/sandbox/profile.h"

namespace whydrop {

/// For good; needs no_new_privs. How many rules are in force; 0: none, the kernel has no filters, or refuses them.
/// Most of what is refused fails with EPERM; what only an attack can want ends the process.
unsigned filter_system_calls(const Profile& profile);

}  // namespace whydrop
