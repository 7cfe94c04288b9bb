// Where a packet belongs, as far as its headers say.
#pragma once

#include <cstdint>

#include "src/flow/index.h"
#include "src/flow/key.h"
#include "src/wire/packet_view.h"
#include "src/wire/segment.h"

namespace whydrop {

struct FlowPlace {
  FlowKey key;  ///< its transport is `none` where the packet names no flow; its encapsulation is always right
  Side sender{};
  std::uint64_t hash = 0;
  std::uint32_t likely = FlowIndex::kNone;  ///< the record that the index named when asked ahead, if it still does

  bool names_flow() const { return key.transport != Transport::none; }
};

/// In place: a FlowPlace that is put together elsewhere and copied makes the processor wait for its small fields.
void locate(const PacketFacts& facts, std::uint16_t encapsulation, FlowPlace& place);
/// Of a TCP segment that no tunnel carries.
void locate(const Ends& ends, FlowPlace& place);

/// Of ARP and ND: from asker to target, unordered, since each asks on its own account.
FlowKey neighbor_key(const PacketFacts& facts, std::uint16_t encapsulation);

}  // namespace whydrop
