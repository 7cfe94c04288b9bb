// Asks the kernel what this host knows of its network: by rtnetlink, socket diagnosis and /proc, never by a program.
#pragma once

#include "src/host/snapshot.h"

namespace whydrop {

/// For the network namespace of the calling thread, now. What cannot be read is a gap of the result, never a failure.
HostSnapshot read_host();

}  // namespace whydrop
