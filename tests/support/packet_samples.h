// One good packet of every kind that dissectors read: what properties, fuzz seeds and benchmarks start from.
//
// A new dissector adds its packets here, and every property holds for it from then on.
#pragma once

#include <string_view>
#include <vector>

#include "tests/support/packet_builder.h"

namespace whydrop {

struct PacketSample {
  std::string_view name;    ///< fit for a file name
  std::string_view layers;  ///< names of the dissectors that it passes, as in Wireshark's frame.protocols
  PacketBuilder packet;
};

std::vector<PacketSample> packet_samples();

}  // namespace whydrop
