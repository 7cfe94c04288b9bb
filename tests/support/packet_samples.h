// One good packet of every kind that dissectors read: what properties, fuzz seeds and benchmarks start from.
//
// The good frames of tests/frames are among them, so that every property holds for a new dissector from then on.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/packet_builder.h"

namespace whydrop {

struct PacketSample {
  PacketSample(std::string_view called, std::string_view passes, const PacketBuilder& packet)
      : name(called), layers(passes), link_type(packet.link_type()), bytes(packet.build()) {}
  PacketSample(std::string called, std::string passes, LinkType type, Bytes content)
      : name(std::move(called)), layers(std::move(passes)), link_type(type), bytes(std::move(content)) {}

  std::string name;
  std::string layers;  ///< names of the dissectors that it passes, as in Wireshark's frame.protocols
  LinkType link_type;
  Bytes bytes;
};

std::vector<PacketSample> packet_samples();

}  // namespace whydrop
