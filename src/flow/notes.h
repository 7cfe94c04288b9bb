// What every tracker notes in a flow's detail in the same way.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "src/flow/packet.h"
#include "src/flow/record.h"

namespace whydrop {

template <typename Count>
void saturating_increment(Count& counter) {
  if (counter != std::numeric_limits<Count>::max()) ++counter;
}

/// `detail` may be null: then nothing is noted.
inline void add_event(FlowDetail* detail, const Packet& packet, Side side, FlowEvent::Kind kind,
                      std::uint32_t value = 0) {
  if (detail == nullptr) return;
  detail->events.add({.packet = packet.ref(), .time = packet.time(), .detail = value, .kind = kind, .side = side});
}

/// A detail that was let go and taken again has seen no packet of the side yet, although its record has.
inline void note_ttl(SenderFacts& sender, std::uint8_t ttl) {
  const bool first = sender.max_ttl == 0;
  sender.min_ttl = first ? ttl : std::min(sender.min_ttl, ttl);
  sender.max_ttl = std::max(sender.max_ttl, ttl);
}

/// What a segment tells about the host that sent it.
inline void note_locality(FlowSide& side, const TcpFacts& tcp) {
  if (tcp.bad_checksum) side.saw |= saw::bad_checksum;
  if (tcp.signed_segment) side.saw |= saw::signed_segment;
}

inline void note_direction(FlowSide& side, FrameDirection direction) {
  if (direction == FrameDirection::outbound) side.saw |= saw::outbound;
  if (direction == FrameDirection::inbound) side.saw |= saw::inbound;
}

/// An ICMP error that quotes a packet of side `about`.
void note_icmp_error(FlowDetail& detail, const Packet& packet, Side about);

/// Whether note_carriage has anything to note.
inline bool has_carriage(const PacketView& view) {
  return view.tunnel.depth != 0 || view.mpls_label != 0 || view.witness.source != Witness::Source::none;
}
/// What carried the packet, and what the capturing machine did with it.
void note_carriage(FlowDetail& detail, const Packet& packet, Side sender);

/// The first words of a side over TCP: what a dissector made of them, else their text.
ApplicationFacts first_words(const Packet& packet);

}  // namespace whydrop
