// Retransmissions, holes and sizes, per sender.
#include "src/flow/tcp_sender.h"

#include <algorithm>

#include "src/flow/notes.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kFastRetransmit = 3;  // duplicate ACKs: fewer are the work of reordering

Time first_transmission(const SenderFacts& facts, TcpSeq end, Time otherwise) {
  for (const SenderFacts::Sent& sent : facts.recent) {
    if (sent.fingerprint != 0 && sent.end == end) return sent.time;
  }
  return otherwise;
}

void track_stuck(SenderFacts& facts, const Packet& packet, TcpSeq end, std::uint32_t size) {
  const TcpSeq seq = packet.facts().tcp.seq;
  SenderFacts::Stuck& stuck = facts.stuck;
  if (stuck.tries != 0 && seq > stuck.seq) return;  // a later segment of the same loss
  if (stuck.tries == 0 || seq < stuck.seq) {
    stuck = {};
    facts.troubled = true;
    stuck.seq = seq;
    stuck.largest = stuck.smallest = size;
    stuck.first_sent = first_transmission(facts, end, packet.time());
    stuck.first_try = packet.time();
    stuck.first_packet = packet.ref();
  }
  ++stuck.tries;
  stuck.largest = std::max(stuck.largest, size);
  stuck.smallest = std::min(stuck.smallest, size);
  stuck.last_try = packet.time();
  stuck.last_packet = packet.ref();
}

/// The segment brings bytes that were missing here. True when it fills at least the start of the hole.
bool fills_hole(SenderFacts::Hole& hole, TcpSeq seq, TcpSeq end) {
  if (hole.length == 0) return false;
  const TcpSeq hole_end = hole.start + hole.length;
  if (seq >= hole_end || end <= hole.start) return false;
  if (seq > hole.start) {  // fills its end or middle: what is left in front stays missing
    hole.length = static_cast<std::uint32_t>(seq - hole.start);
    return true;
  }
  hole.length = end >= hole_end ? 0 : static_cast<std::uint32_t>(hole_end - end);
  hole.start = end;
  return true;
}

void track_new_bytes(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender, std::uint32_t size) {
  SenderFacts& facts = detail.sender(sender);
  const TcpSeq expected = record.side(sender).next;
  const TcpSeq seq = packet.facts().tcp.seq;
  if (seq <= expected && !facts.troubled) return;
  SenderFacts::Hole& hole = facts.hole;
  if (seq > expected && hole.length == 0) {
    hole = {};
    facts.troubled = true;
    hole.start = expected;
    hole.length = static_cast<std::uint32_t>(seq - expected);
    hole.since = packet.time();
    hole.packet = packet.ref();
    add_event(&detail, packet, sender, FlowEvent::Kind::hole, hole.length);
  }
  if (hole.length != 0) {
    hole.later_largest = std::max(hole.later_largest, size);
    ++hole.later_segments;
  }
}

/// What an ACK says about bytes that are missing or stuck.
void acknowledge_trouble(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side receiver) {
  const TcpSeq ack = packet.facts().tcp.ack;
  SenderFacts& sender = detail.sender(other(receiver));
  SenderFacts::Hole& hole = sender.hole;
  if (hole.length != 0 && ack >= hole.start + hole.length) {  // it did arrive: only the capture missed it
    hole.length = 0;
    record.side(receiver).saw |= saw::unseen_acked;
    add_event(&detail, packet, receiver, FlowEvent::Kind::unseen_ack);
  }
  if (hole.length != 0 && ack == hole.start && packet.facts().payload_len == 0) ++hole.duplicate_acks;
  if (sender.stuck.tries != 0 && ack > sender.stuck.seq) sender.stuck = {};
  sender.note_trouble();
}

/// The first block names bytes that came twice (RFC 2883): it lies below the ACK number; or far from it, numbered
/// otherwise by a firewall, where with everything acknowledged there is nothing else to name. Keep-alives are no news.
bool reports_duplicate(const TcpFacts& tcp, const FlowSide& sender) {
  constexpr std::int32_t kNear = 1 << 24U;  // more than hardly any window
  if (tcp.sack_count == 0 || tcp.sack[0].right - tcp.sack[0].left <= 1) return false;
  const std::int32_t above = tcp.sack[0].right - tcp.ack;
  return (above <= 0 && above > -kNear) || (tcp.ack == sender.next && (above > kNear || above <= -kNear));
}

}  // namespace

SegmentFacts segment_facts(const PacketFacts& facts) {
  const TcpFacts& tcp = facts.tcp;
  return {.seq = tcp.seq,
          .ack = tcp.ack,
          .payload_len = facts.payload_len,
          .timestamp_value = tcp.has_timestamp ? tcp.timestamp_value : 0,
          .window = tcp.window,
          .ip_id = facts.ip.id,
          .flags = tcp.flags,
          .ttl = facts.ip.ttl,
          .dont_fragment = facts.ip.dont_fragment,
          .bad_checksum = tcp.bad_checksum};
}

std::uint64_t fingerprint(const PacketFacts& facts) {
  const TcpFacts& tcp = facts.tcp;
  const std::uint64_t blocks = tcp.sack_count != 0 ? std::uint64_t{tcp.sack[0].right.value()} << 32U : 0;
  return fingerprint(segment_facts(facts), blocks);
}

// A real retransmission carries a new IP ID, or at least a new timestamp. Stacks that send ID 0, and IPv6, leave only
// time: the smallest retransmission timer in use is 200 ms, a tail loss probe needs two round trips.
// Nobody repeats a SYN or a SYN-ACK as soon as data: without a round trip to go by, the first wait is near a second.
Duration copy_window(const PacketFacts& facts) {
  if (facts.ip.version == 4 && facts.ip.id != 0) return 500ms;
  return facts.tcp.has(tcp_flag::syn) ? 100ms : 3ms;
}

bool is_copy(const SenderFacts& sender, const Packet& packet, std::uint64_t print) {
  const auto near = [&](Time then) { return packet.time() - then <= copy_window(packet.facts()); };
  if (packet.frame.packet_id != 0 && packet.frame.packet_id == sender.last_packet_id) return true;
  if (print == sender.last_fingerprint && near(sender.last_sent)) return true;
  if (packet.facts().payload_len == 0) return false;
  return std::ranges::any_of(
      sender.recent, [&](const SenderFacts::Sent& sent) { return sent.fingerprint == print && near(sent.time); });
}

void track_data(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender, std::uint64_t print) {
  const PacketFacts& packet_facts = packet.facts();
  FlowSide& side = record.side(sender);
  SenderFacts& facts = detail.sender(sender);
  const TcpSeq seq = packet_facts.tcp.seq;
  const TcpSeq end = seq + packet_facts.payload_len;
  const bool known = side.packets > 1;  // the first packet of a side sets its sequence, it cannot repeat anything

  if (known && packet_facts.payload_len <= 1 && end <= side.next) {
    ++facts.probes;
    return;
  }
  const std::uint32_t size = count_data(side, detail, sender, packet_facts.payload_len, packet_facts.ip.dont_fragment);
  if (!side.has(saw::data)) add_event(&detail, packet, sender, FlowEvent::Kind::data, packet_facts.payload_len);

  if (!known || end > side.next) {
    track_new_bytes(record, detail, packet, sender, size);
    remember_sent(facts, {.time = packet.time(), .fingerprint = print, .end = end, .size = size});
    return;
  }
  if (fills_hole(facts.hole, seq, end)) {
    // Lost before it came by here: its receiver asked for it until it was sent again (RFC 5681, 3.2).
    if (facts.hole.duplicate_acks >= kFastRetransmit) ++facts.retransmitted;
    facts.note_trouble();
    return;
  }
  if (packet.time() < record.last) return;  // recorded late: it was sent before what stands before it
  ++facts.retransmitted;
  add_event(&detail, packet, sender, FlowEvent::Kind::retransmission, packet_facts.payload_len);
  const FlowSide& peer = record.side(other(sender));
  if (!peer.has(saw::ack) || end > peer.acked) track_stuck(facts, packet, end, size);
  else saturating_increment(facts.resent_acked);
}

void track_acknowledgement(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side receiver) {
  const PacketFacts& packet_facts = packet.facts();
  const TcpSeq ack = packet_facts.tcp.ack;
  const FlowSide& side = record.side(receiver);
  SenderFacts& sender = detail.sender(other(receiver));

  if (sender.troubled) acknowledge_trouble(record, detail, packet, receiver);
  if (reports_duplicate(packet_facts.tcp, record.side(other(receiver)))) saturating_increment(sender.reported_twice);
  if (side.has(saw::ack) && ack == side.acked && packet_facts.payload_len == 0) {
    ++detail.sender(receiver).duplicate_acks;
  }
  if (!record.side(other(receiver)).has(saw::data)) return;
  acknowledge_sent(sender, ack);
  for (std::size_t at = 0; at < packet_facts.tcp.sack_count; ++at) {
    acknowledge_sizes(sender, packet_facts.tcp.sack[at].left, packet_facts.tcp.sack[at].right);
  }
}

}  // namespace whydrop
