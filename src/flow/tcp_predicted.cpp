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
bool is_next(const FlowSide& side, const SenderFacts& own, const PacketFacts& facts) {
  constexpr std::uint8_t kPlain = tcp_flag::ack;
  const TcpFacts& tcp = facts.tcp;
  const HistoryMark mark = facts.payload_len != 0 ? HistoryMark::data : HistoryMark::ack;
  return (tcp.flags & (tcp_flag::syn | tcp_flag::fin | tcp_flag::rst | tcp_flag::ack)) == kPlain &&
         tcp.seq == side.next && tcp.window != 0 && tcp.sack_count == 0 &&
         (own.history_marks >> static_cast<unsigned>(mark) & 1U) != 0 &&
         (facts.payload_len == 0 || side.has(saw::data));
}

}  // namespace

bool track_predicted(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender) {
  const PacketFacts& facts = packet.facts();
  const TcpFacts& tcp = facts.tcp;
  FlowSide& side = record.side(sender);
  SenderFacts& own = detail.sender(sender);
  const Time now = packet.time();
  const Duration silence = now - record.last;
  if (!is_next(side, own, facts) || !is_steady(record, detail, sender)) return false;
  const std::uint64_t print = fingerprint(facts);
  if (silence >= IdleFacts::kLong || print == own.last_fingerprint || packet.frame.packet_id != 0) return false;

  own.longest_silence = std::max(own.longest_silence, silence);
  note_ttl(own, facts.ip.ttl);
  own.last_fingerprint = print;
  own.last_sent = now;
  own.last_id = facts.ip.id;
  note_locality(side, tcp);
  if (tcp.ack == side.acked && facts.payload_len == 0) ++own.duplicate_acks;
  if (record.side(other(sender)).has(saw::data)) acknowledge_sent(detail.sender(other(sender)), tcp.ack);
  if (tcp.ack > side.acked) {
    side.saw |= saw::ack_moved;
    side.acked = tcp.ack;
  }
  ++side.packets;
  if (facts.payload_len == 0) return true;
  record.bytes[index(sender)] += facts.payload_len;
  remember_sent(own, packet, count_data(side, detail, facts, sender), print);
  side.next = tcp.seq + facts.payload_len;
  return true;
}

}  // namespace whydrop
