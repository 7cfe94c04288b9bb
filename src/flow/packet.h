// What a tracker is handed: the frame's place and time, and the facts that dissection found in it.
#pragma once

#include <cstdint>

#include "src/wire/frame.h"
#include "src/wire/packet_view.h"

namespace whydrop {

struct Packet {
  const Frame& frame;
  PacketView& view;
  std::uint64_t known_print = 0;  ///< payload_print, of a packet that comes back without its bytes; 0: of its bytes

  const PacketFacts& facts() const { return view.packet; }
  Time time() const { return frame.time; }
  PacketRef ref() const { return frame.ref; }
};

}  // namespace whydrop
