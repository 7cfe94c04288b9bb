// The first packets of each conversation in a part of a capture, as facts: what joins it to an earlier part.
//
// A tracker that begins in the middle cannot know a retransmission of what it never saw, nor whom a RST answers. So a
// later part keeps, beside its records, what its first packets were; joining (join.h) gives them to the records of the
// part before. After so many packets both trackers have seen what they remember, and differ in counts alone.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "src/flow/index.h"
#include "src/flow/key.h"
#include "src/wire/frame.h"
#include "src/wire/packet_view.h"

namespace whydrop {

/// All that the flow table and its trackers read of a packet.
struct OpeningPacket {
  PacketRef ref;
  Time time;
  FrameDirection direction = FrameDirection::unknown;
  bool to_group = false;  ///< its destination MAC address
  std::uint16_t vlan = 0;
  std::uint32_t mpls_label = 0;
  std::uint64_t packet_id = 0;
  std::uint64_t payload_print = 0;  ///< of what may be a request; 0 over TCP
  PacketFacts packet;               ///< over TCP `app` holds a side's first words, whoever made them out
  std::unique_ptr<PacketFacts> quoted;
  TunnelFacts tunnel;
  Witness witness;
};

struct Opening {
  static constexpr std::size_t kMostPackets = 64;

  FlowKey tuple;
  std::vector<OpeningPacket> packets;
  std::array<bool, 2> spoke{};  ///< whose first payload over TCP is among them
};

/// Of all records that share it: without encapsulation, lower endpoint first.
FlowKey tuple_of(const FlowKey& key);
/// Of the conversation that the packet belongs to, or, of an ICMP error, that it speaks of. Its transport is `none`
/// where there is none, or only the first fragment of the datagram names it.
FlowKey tuple_of(const PacketView& view);

class Openings {
 public:
  /// In bytes; conversations that begin when it is reached get none.
  explicit Openings(std::uint64_t memory_bound) : bound_(memory_bound) {}

  /// After the table took them: words over TCP are made out there.
  void add(const Frame& frame, PacketView& view);
  /// In the order of their first packets.
  std::vector<Opening> take() && { return std::move(openings_); }

 private:
  Opening* opening_of(const FlowKey& tuple);

  std::uint64_t bound_;
  std::uint64_t used_ = 0;
  FlowIndex index_;
  std::vector<Opening> openings_;
};

}  // namespace whydrop
