// What tells the expected segment, and what is left to note of it.
#include "src/flow/tcp_predicted.h"

#include <algorithm>

#include "src/flow/notes.h"
#include "src/flow/tcp_sender.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {
namespace {

/// The connection is open, nothing is missing, stuck, closed or asked again, and its last silence is over.
bool is_steady(const FlowRecord& record, const FlowDetail& detail, Side sender) {
  const FlowSide& side = record.side(sender);
  const FlowSide& peer = record.side(other(sender));
  const SenderFacts& own = detail.sender(sender);
  const SenderFacts& theirs = detail.sender(other(sender));
  const bool may_complete_handshake = !record.handshake_done && sender == record.initiator && peer.has(saw::syn_ack);
  return side.has(saw::ack) && !side.has_any(saw::zero_window | saw::fin) && !peer.has(saw::fin) &&
         !may_complete_handshake && !own.troubled && !theirs.troubled && !own.broke_silence && !theirs.broke_silence;
}

/// Its history, its first payload and its place in the sequence are known.
bool is_next(const FlowSide& side, const SenderFacts& own, const SegmentFacts& segment) {
  const HistoryMark mark = segment.payload_len != 0 ? HistoryMark::data : HistoryMark::ack;
  return may_be_expected(segment) && segment.seq == side.next && segment.window != 0 &&
         (own.history_marks >> static_cast<unsigned>(mark) & 1U) != 0 &&
         (segment.payload_len == 0 || side.has(saw::data));
}

}  // namespace

bool track_predicted(FlowRecord& record, FlowDetail& detail, const SegmentFacts& segment, Time now, Side sender) {
  FlowSide& side = record.side(sender);
  SenderFacts& own = detail.sender(sender);
  const Duration silence = now - record.last;
  if (!is_next(side, own, segment) || !is_steady(record, detail, sender)) return false;
  const std::uint64_t print = fingerprint(segment);
  if (silence >= IdleFacts::kLong || print == own.last_fingerprint) return false;

  own.longest_silence = std::max(own.longest_silence, silence);
  note_ttl(own, segment.ttl);
  own.last_fingerprint = print;
  own.last_sent = now;
  own.last_id = segment.ip_id;
  if (segment.bad_checksum) side.saw |= saw::bad_checksum;
  if (segment.ack == side.acked && segment.payload_len == 0) ++own.duplicate_acks;
  if (record.side(other(sender)).has(saw::data)) acknowledge_sent(detail.sender(other(sender)), segment.ack);
  if (segment.ack > side.acked) {
    side.saw |= saw::ack_moved;
    side.acked = segment.ack;
  }
  ++side.packets;
  if (segment.payload_len == 0) return true;
  record.bytes[index(sender)] += segment.payload_len;
  const TcpSeq end = segment.seq + segment.payload_len;
  const std::uint32_t size = count_data(side, detail, sender, segment.payload_len, segment.dont_fragment);
  remember_sent(own, {.time = now, .fingerprint = print, .end = end, .size = size});
  side.next = end;
  return true;
}

bool track_predicted(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender) {
  const TcpFacts& tcp = packet.facts().tcp;
  const bool says_more = packet.frame.packet_id != 0 || tcp.sack_count != 0 || tcp.signed_segment;
  return !says_more && track_predicted(record, detail, segment_facts(packet.facts()), packet.time(), sender);
}

}  // namespace whydrop
