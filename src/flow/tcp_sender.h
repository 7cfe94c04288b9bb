// One side of a TCP connection as a sender of data: what is new, what is sent again, what never came by here.
#pragma once

#include <algorithm>

#include "src/flow/packet.h"
#include "src/flow/record.h"
#include "src/wire/segment.h"

namespace whydrop {

/// A number that equal packets share and different ones hardly ever do; without hop count, since a packet recorded on
/// both sides of a router is still the same packet.
std::uint64_t fingerprint(const PacketFacts& facts);
/// `also`: what tells apart segments that are alike in all this.
inline std::uint64_t fingerprint(const SegmentFacts& facts, std::uint64_t also = 0) {
  const std::uint64_t sequence = std::uint64_t{facts.seq.value()} << 32U | facts.ack.value();
  const std::uint64_t shape = std::uint64_t{facts.flags} << 56U | std::uint64_t{facts.window} << 40U |
                              std::uint64_t{facts.payload_len & 0xffffffU} << 16U | facts.ip_id;
  return hash_mix(hash_mix(kHashSeed ^ sequence, shape), facts.timestamp_value ^ also) | 1U;
}

/// Of a dissected TCP packet.
SegmentFacts segment_facts(const PacketFacts& facts);

/// How long after the first a packet with the same fingerprint is a copy made by the capture.
Duration copy_window(const PacketFacts& facts);

/// Whether the capture has recorded this packet before.
bool is_copy(const SenderFacts& sender, const Packet& packet, std::uint64_t print);

/// A segment with payload from `sender`. Call before `record`'s sequence state has taken it in.
void track_data(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender, std::uint64_t print);

/// An ACK by `receiver` for the other side's bytes.
void track_acknowledgement(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side receiver);

/// Largest payload of one segment from `sender` on the wire: the peer's MSS less options, or 0 where unknown.
inline std::uint32_t segment_limit(const FlowDetail& detail, Side sender) {
  constexpr std::uint32_t kTimestampOption = 12;  // RFC 7323, with its two NOPs
  const std::uint32_t peer_mss = detail.sender(other(sender)).mss;
  const std::uint32_t options = detail.sender(sender).timestamps ? kTimestampOption : 0;
  return peer_mss > options ? peer_mss - options : 0;
}

// What is noted of every segment, whether it was expected (tcp_predicted.h) or not.

/// A segment with payload: its size, which is returned as that of one segment on the wire, offload undone.
inline std::uint32_t count_data(FlowSide& side, FlowDetail& detail, Side sender, std::uint32_t payload_len,
                                bool dont_fragment) {
  SenderFacts& facts = detail.sender(sender);
  const std::uint32_t limit = segment_limit(detail, sender);
  const std::uint32_t size = limit == 0 ? payload_len : std::min(payload_len, limit);
  ++facts.data_segments;
  facts.largest_segment = std::max(facts.largest_segment, size);
  facts.largest_frame = std::max(facts.largest_frame, payload_len);
  facts.dont_fragment = dont_fragment;
  if (payload_len > size) side.saw |= saw::oversize;
  return size;
}

/// A segment that brought bytes not sent before.
inline void remember_sent(SenderFacts& facts, const SenderFacts::Sent& sent) {
  facts.recent[facts.recent_at] = sent;
  facts.recent_at = static_cast<std::uint8_t>((facts.recent_at + 1U) % SenderFacts::kRecent);
}

/// All that was sent from `left` to `right` arrived.
inline void acknowledge_sizes(SenderFacts& facts, TcpSeq left, TcpSeq right) {
  if (facts.largest_acked >= facts.largest_segment) return;  // nothing larger can be learnt
  for (SenderFacts::Sent& sent : facts.recent) {
    if (sent.size == 0 || sent.end > right || sent.end - sent.size < left) continue;
    facts.largest_acked = std::max(facts.largest_acked, sent.size);
    sent.size = 0;
  }
}

/// All that was sent before `ack` arrived.
inline void acknowledge_sent(SenderFacts& facts, TcpSeq ack) {
  constexpr std::uint32_t kAnyWindow = 1U << 30U;
  acknowledge_sizes(facts, ack - kAnyWindow, ack);
}

}  // namespace whydrop
