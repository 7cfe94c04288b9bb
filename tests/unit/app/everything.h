// Real traffic for tests of what every packet goes through.
#pragma once

#include <vector>

#include "tests/support/packet_capture_file.h"

namespace whydrop {

/// Every Ethernet frame that captures of the repository hold, one capture after the other: TCP and UDP in all their
/// troubles, fragments, tunnels, ICMP errors, neighbours.
std::vector<FilePacket> everything();

}  // namespace whydrop
