// `whydrop --version -v`: which locks hold on this machine, tried rather than promised.
#pragma once

#include <string>

namespace whydrop {

/// For each command a child closes its sandbox and tries to get out; what the kernel then says of the child.
std::string sandbox_self_check();

}  // namespace whydrop
