// One side of a TCP connection as a sender of data: what is new, what is sent again, what never came by here.
#pragma once

#include "src/flow/packet.h"
#include "src/flow/record.h"

namespace whydrop {

/// A number that equal packets share and different ones hardly ever do; without hop count, since a packet recorded on
/// both sides of a router is still the same packet.
std::uint64_t fingerprint(const PacketFacts& facts);

/// How long after the first a packet with the same fingerprint is a copy made by the capture.
Duration copy_window(const PacketFacts& facts);

/// Whether the capture has recorded this packet before.
bool is_copy(const SenderFacts& sender, const Packet& packet, std::uint64_t print);

/// A segment with payload from `sender`. Call before `record`'s sequence state has taken it in.
void track_data(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender, std::uint64_t print);

/// An ACK by `receiver` for the other side's bytes.
void track_acknowledgement(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side receiver);

/// Largest payload of one segment from `sender` on the wire: the peer's MSS less options, or 0 where unknown.
std::uint32_t segment_limit(const FlowDetail& detail, Side sender);

}  // namespace whydrop
