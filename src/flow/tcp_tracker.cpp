// Handshake, flags and sequence state of a TCP connection.
#include "src/flow/tcp_tracker.h"

#include <algorithm>
#include <cctype>

#include "src/flow/notes.h"
#include "src/flow/tcp_sender.h"

namespace whydrop {
namespace {

constexpr std::uint16_t kEphemeralStart = 32768;  // Linux's default range; IANA's own begins at 49152

/// The ACK number lies in what `side` has sent since its SYN (RFC 9293, 3.10.7.3); data on the SYN may be unacked.
bool acknowledges_syn(const FlowSide& side, TcpSeq ack) { return ack > side.isn && ack <= side.next; }

void note_options(FlowDetail* detail, const Packet& packet, Side side) {
  if (detail == nullptr) return;
  const TcpFacts& tcp = packet.facts().tcp;
  SenderFacts& facts = detail->sender(side);
  facts.mss = tcp.mss;
  facts.window_scale = tcp.window_scale;
  facts.sack_permitted = tcp.sack_permitted;
  facts.timestamps = tcp.has_timestamp;
}

void track_syn(FlowRecord& record, FlowDetail* detail, const Packet& packet, Side sender) {
  FlowSide& side = record.side(sender);
  const TcpFacts& tcp = packet.facts().tcp;
  const bool first = !side.has(saw::syn);
  saturating_increment(side.syns);
  side.saw |= saw::syn;
  if (first) {
    const TcpSeq end = tcp.seq + 1 + packet.facts().payload_len;
    side.isn = tcp.seq;
    if (side.packets == 1 || end > side.next) side.next = end;  // it may come after what it opened
    note_options(detail, packet, sender);
    const FlowSide& peer = record.side(other(sender));
    if (!peer.has(saw::syn)) {  // else a simultaneous open: the first SYN's sender stays the initiator
      record.initiator = sender;
      record.direction = DirectionSource::handshake;
    }
  }
  if (detail != nullptr) {
    if (first) detail->syn_first = packet.time();
    detail->syn_last = packet.time();
  }
  add_event(detail, packet, sender, FlowEvent::Kind::syn, side.syns);
}

void track_syn_ack(FlowRecord& record, FlowDetail* detail, const Packet& packet, Side sender) {
  FlowSide& side = record.side(sender);
  FlowSide& client = record.side(other(sender));
  const TcpFacts& tcp = packet.facts().tcp;
  const bool first = !side.has(saw::syn_ack);
  if (first) side.syns = 0;  // counts SYN-ACKs from here on; a SYN before it was a simultaneous open
  saturating_increment(side.syns);
  side.saw |= saw::syn_ack;
  side.acked = tcp.ack;
  if (first) {
    side.isn = tcp.seq;
    side.next = tcp.seq + 1 + packet.facts().payload_len;
    note_options(detail, packet, sender);
    if (!client.has(saw::syn)) {
      if (client.packets == 0) client.isn = client.next = tcp.ack - 1;
      record.initiator = other(sender);
    }
    record.direction = DirectionSource::handshake;
  }
  if (detail != nullptr) {
    if (first) detail->syn_ack_first = packet.time();
    detail->syn_ack_last = packet.time();
  }
  add_event(detail, packet, sender, FlowEvent::Kind::syn_ack, side.syns);
}

bool acceptable_reset(const FlowRecord& record, const TcpFacts& tcp, Side sender) {
  const FlowSide& receiver = record.side(other(sender));
  const FlowSide& side = record.side(sender);
  const bool receiver_in_syn_sent = receiver.has(saw::syn) && !side.has_any(saw::syn_ack | saw::syn | saw::ack);
  // RFC 9293, 3.10.7.3: in SYN-SENT only the ACK number makes a RST acceptable.
  if (receiver_in_syn_sent) return tcp.has(tcp_flag::ack) && acknowledges_syn(receiver, tcp.ack);
  return true;
}

void note_reset(const FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender) {
  const PacketFacts& facts = packet.facts();
  const FlowSide& side = record.side(sender);
  if (detail.reset.packet) return;
  detail.reset = {.packet = packet.ref(),
                  .time = packet.time(),
                  .sender = sender,
                  .ttl = facts.ip.ttl,
                  .has_ack = facts.tcp.has(tcp_flag::ack),
                  .has_payload = facts.payload_len != 0,
                  .dont_fragment = facts.ip.dont_fragment,
                  .has_timestamp = facts.tcp.has_timestamp,
                  .ip_id = facts.ip.id,
                  .previous_id = detail.sender(sender).last_id,
                  .window = facts.tcp.window,
                  .ahead = side.packets > 1 ? facts.tcp.seq - side.next : 0,
                  .silence = packet.time() - record.last,
                  .after_fin = record.sides[0].has(saw::fin) || record.sides[1].has(saw::fin)};
}

void track_reset(FlowRecord& record, FlowDetail* detail, const Packet& packet, Side sender) {
  FlowSide& side = record.side(sender);
  const bool acceptable = acceptable_reset(record, packet.facts().tcp, sender);
  side.saw |= acceptable ? saw::rst : saw::odd_rst;
  if (acceptable && detail != nullptr) note_reset(record, *detail, packet, sender);
  add_event(detail, packet, sender, FlowEvent::Kind::rst, packet.facts().ip.ttl);
}

/// Told by the two halves of a handshake in which nothing was repeated.
Nearness near_side(const FlowRecord& record, const FlowDetail& detail) {
  using namespace std::chrono_literals;
  if (detail.syn_first == Time{} || record.client().syns != 1 || record.server().syns != 1) return Nearness::unknown;
  const Duration beyond = detail.syn_ack_first - detail.syn_first;
  const Duration before = detail.handshake_ack - detail.syn_ack_first;
  if (beyond < 0s || before < 0s) return Nearness::unknown;  // recorded in another order than it happened
  if (before < 1ms && before < beyond / 10) return Nearness::client;
  if (beyond < 1ms && beyond < before / 10) return Nearness::server;
  return Nearness::unknown;
}

void track_handshake_ack(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender) {
  const FlowSide& server = record.side(other(sender));
  if (record.handshake_done || sender != record.initiator || !server.has(saw::syn_ack)) return;
  if (!acknowledges_syn(server, packet.facts().tcp.ack)) return;
  record.handshake_done = true;
  detail.handshake_ack = packet.time();
  record.near = near_side(record, detail);
  add_event(&detail, packet, sender, FlowEvent::Kind::handshake_ack);
}

void track_segment(FlowRecord& record, FlowDetail* detail, const Packet& packet, Side sender, std::uint64_t print) {
  const PacketFacts& facts = packet.facts();
  const TcpFacts& tcp = facts.tcp;
  FlowSide& side = record.side(sender);
  const bool first_of_side = side.packets == 1;
  if (tcp.has(tcp_flag::ack)) {
    if (detail != nullptr) {
      track_handshake_ack(record, *detail, packet, sender);
      track_acknowledgement(record, *detail, packet, sender);
    }
    const bool acknowledged_before = side.has_any(saw::ack | saw::syn_ack);
    if (acknowledged_before && tcp.ack > side.acked) side.saw |= saw::ack_moved;
    if (!acknowledged_before || tcp.ack > side.acked) side.acked = tcp.ack;
    side.saw |= saw::ack;
    FlowSide& peer = record.side(other(sender));
    if (peer.has(saw::fin) && tcp.ack >= peer.next) peer.saw |= saw::fin_acked;
  }
  if (first_of_side && !side.has_any(saw::syn | saw::syn_ack)) side.next = tcp.seq;
  if (facts.payload_len != 0) {
    if (detail != nullptr) track_data(record, *detail, packet, sender, print);
    side.saw |= saw::data;
  }
  TcpSeq end = tcp.seq + facts.payload_len;
  if (tcp.has(tcp_flag::fin)) {
    end = end + 1;
    if (!side.has(saw::fin)) add_event(detail, packet, sender, FlowEvent::Kind::fin);
    side.saw |= saw::fin;
  }
  if (end > side.next) side.next = end;
}

bool is_open(const FlowRecord& record) {
  return record.handshake_done || (record.sides[0].has(saw::ack) && record.sides[1].has(saw::ack));
}

/// A bare ACK of what this capture never saw: the peer has just spoken, and nobody was silent.
bool answers_unseen(const FlowRecord& record, const Packet& packet, Side sender) {
  const FlowSide& peer = record.side(other(sender));
  const PacketFacts& facts = packet.facts();
  return facts.payload_len == 0 && !facts.tcp.has_any(tcp_flag::fin | tcp_flag::syn | tcp_flag::rst) &&
         peer.packets != 0 && facts.tcp.ack > peer.next;
}

/// A silence ends with this packet; or, after one, it is a repeat or the first sign of life.
void track_silence(const FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender) {
  SenderFacts& sending = detail.sender(sender);
  const Duration silence = packet.time() - record.last;
  sending.longest_silence = std::max(sending.longest_silence, silence);
  IdleFacts& idle = detail.idle;
  if (sending.broke_silence) {
    ++idle.repeats;
    idle.last = packet.time();
  } else if (detail.sender(other(sender)).broke_silence) {
    detail.sender(other(sender)).broke_silence = false;
    idle.answered = true;
    idle.reset = packet.facts().tcp.has(tcp_flag::rst);
    if (!idle.reset) idle.survived = std::max(idle.survived, idle.length);
  } else if (silence >= IdleFacts::kLong && is_open(record) && !packet.facts().tcp.has(tcp_flag::rst) &&
             !answers_unseen(record, packet, sender)) {
    sending.broke_silence = true;
    idle = {.length = silence,
            .by = sender,
            .packet = packet.ref(),
            .time = packet.time(),
            .last = packet.time(),
            .survived = idle.survived};
  }
}

void note_window(FlowSide& side, ZeroWindow* zero, const Packet& packet) {
  const bool closed =
      packet.facts().tcp.window == 0 && !packet.facts().tcp.has_any(tcp_flag::rst | tcp_flag::fin | tcp_flag::syn);
  if (closed == side.has(saw::zero_window)) return;
  side.saw ^= saw::zero_window;
  if (zero == nullptr) return;
  if (closed) {
    if (!zero->packet) zero->packet = packet.ref();
    zero->since = packet.time();
  } else {
    zero->longest = std::max(zero->longest, packet.time() - zero->since);
    zero->since = Time{};
  }
}

void note_history(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender) {
  const TcpFacts& tcp = packet.facts().tcp;
  const auto append = [&](HistoryMark mark) { append_history(record, detail, sender, mark); };
  if (is_syn(tcp)) return append(HistoryMark::syn);
  if (is_syn_ack(tcp)) return append(HistoryMark::syn_ack);
  if (packet.facts().payload_len != 0) append(HistoryMark::data);
  else if (tcp.has(tcp_flag::ack) && !tcp.has_any(tcp_flag::rst | tcp_flag::fin)) append(HistoryMark::ack);
  if (tcp.has(tcp_flag::fin)) append(HistoryMark::fin);
  if (tcp.has(tcp_flag::rst)) append(HistoryMark::rst);
}

}  // namespace

bool ended_uneventfully(const FlowRecord& record, const FlowDetail& detail) {
  if (!closed_cleanly(record)) return false;
  const auto smooth = [](const SenderFacts& facts) {
    return facts.retransmitted == 0 && facts.copies == 0 && !facts.troubled;
  };
  // A server that hangs up at once, or never says anything, closes as cleanly as any other.
  constexpr std::uint64_t kMoreThanGoodbye = 100;
  const bool answered =
      record.client().has(saw::data) && record.bytes[index(other(record.initiator))] > kMoreThanGoodbye;
  return answered && detail.icmp_count == 0 && smooth(detail.senders[0]) && smooth(detail.senders[1]) &&
         detail.idle.length == Duration{} && !detail.zero_windows[0].packet && !detail.zero_windows[1].packet;
}

void append_history(const FlowRecord& record, FlowDetail& detail, Side sender, HistoryMark mark) {
  const auto at = static_cast<std::size_t>(mark);
  SenderFacts& facts = detail.sender(sender);
  if ((facts.history_marks >> at & 1U) != 0 || detail.history_len == FlowDetail::kHistory) return;
  facts.history_marks |= static_cast<std::uint8_t>(1U << at);
  const char letter = kHistoryLetters[at];
  detail.history[detail.history_len++] =
      sender == record.initiator ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
}

Initiative port_initiative(const FlowKey& key, Side sender) {
  const std::uint16_t low = key.low_port;
  const std::uint16_t high = key.high_port;
  if (is_well_known(low) && !is_well_known(high)) return {Side::high, DirectionSource::ports};
  if (is_well_known(high) && !is_well_known(low)) return {Side::low, DirectionSource::ports};
  if (low < kEphemeralStart && high >= kEphemeralStart) return {Side::high, DirectionSource::ports};
  if (high < kEphemeralStart && low >= kEphemeralStart) return {Side::low, DirectionSource::ports};
  return {sender, DirectionSource::first_sender};
}

Initiative tcp_initiative(const Packet& packet, const FlowKey& key, Side sender) {
  const TcpFacts& tcp = packet.facts().tcp;
  if (is_syn(tcp)) return {sender, DirectionSource::handshake};
  if (is_syn_ack(tcp)) return {other(sender), DirectionSource::handshake};
  return port_initiative(key, sender);
}

bool starts_new_connection(const FlowRecord& record, const Packet& packet, Side sender) {
  const TcpFacts& tcp = packet.facts().tcp;
  const FlowSide& side = record.side(sender);
  const FlowSide& peer = record.side(other(sender));
  if (is_syn(tcp)) {
    if (side.has(saw::syn)) return tcp.seq != side.isn;
    // The SYN that this SYN-ACK answers: recorded behind it, or once more later.
    if (peer.has(saw::syn_ack) && tcp.seq == side.isn) return false;
    const bool simultaneous = peer.has(saw::syn) && side.packets == 0 && !peer.has(saw::ack);
    return !simultaneous && record.packets() != 0;
  }
  if (is_syn_ack(tcp)) {
    if (peer.has(saw::syn)) return side.has(saw::syn_ack) && !acknowledges_syn(peer, tcp.ack);
    return side.has(saw::syn_ack) ? tcp.ack != side.acked : record.packets() != 0;
  }
  return false;
}

bool is_plain_syn(const Packet& packet) {
  const PacketFacts& facts = packet.facts();
  return facts.transport == Transport::tcp && is_syn(facts.tcp) && facts.payload_len == 0 && !facts.ip.is_fragment() &&
         packet.frame.packet_id == 0 && !has_carriage(packet.view);
}

LoneSyn lone_syn(const PacketFacts& facts) {
  return {.fingerprint = fingerprint(facts),
          .ip_id = facts.ip.id,
          .mss = facts.tcp.mss,
          .window_scale = facts.tcp.window_scale,
          .timestamps = facts.tcp.has_timestamp,
          .sack_permitted = facts.tcp.sack_permitted};
}

bool repeat(LoneSyn& syn, const FlowRecord& record, const Packet& packet, Side sender) {
  constexpr Duration kNoCopy = std::chrono::milliseconds(500);  // a copy of the first comes sooner
  const PacketFacts& facts = packet.facts();
  const FlowSide& side = record.side(sender);
  if (record.packets() != 1 || side.packets != 1 || !is_plain_syn(packet)) return false;
  if (facts.tcp.seq != side.isn || facts.ip.ttl != side.ttl || packet.time() - record.last <= kNoCopy) return false;
  syn.fingerprint = fingerprint(facts);
  syn.again = packet.ref();
  syn.ip_id = facts.ip.id;
  return true;
}

void recall(const FlowRecord& record, const LoneSyn& syn, FlowDetail& detail) {
  const Side sender = record.initiator;
  SenderFacts& sending = detail.sender(sender);
  note_ttl(sending, record.side(sender).ttl);
  sending.last_fingerprint = syn.fingerprint;
  detail.syn_first = record.first;
  sending.last_sent = detail.syn_last = record.last;
  sending.longest_silence = record.last - record.first;
  sending.last_id = syn.ip_id;
  sending.mss = syn.mss;
  sending.window_scale = syn.window_scale;
  sending.timestamps = syn.timestamps;
  sending.sack_permitted = syn.sack_permitted;
  detail.events.add(
      {.packet = record.first_packet, .time = record.first, .detail = 1, .kind = FlowEvent::Kind::syn, .side = sender});
  if (syn.again) {
    detail.events.add(
        {.packet = syn.again, .time = record.last, .detail = 2, .kind = FlowEvent::Kind::syn, .side = sender});
  }
  append_history(record, detail, sender, HistoryMark::syn);
}

bool track_tcp(FlowRecord& record, FlowDetail* detail, const Packet& packet, Side sender) {
  const PacketFacts& facts = packet.facts();
  FlowSide& side = record.side(sender);
  const std::uint64_t print = fingerprint(facts);
  if (detail != nullptr) {
    SenderFacts& sending = detail->sender(sender);
    if (is_copy(sending, packet, print)) {
      saturating_increment(sending.copies);
      return false;
    }
    if (record.packets() != 0) track_silence(record, *detail, packet, sender);
    note_ttl(sending, facts.ip.ttl);
    sending.last_fingerprint = print;
    if (packet.frame.packet_id != 0) sending.last_packet_id = packet.frame.packet_id;
    sending.last_sent = packet.time();
  }
  if (side.packets == 0) side.ttl = facts.ip.ttl;
  ++side.packets;
  record.bytes[index(sender)] += facts.payload_len;
  note_locality(side, facts.tcp);
  note_window(side, detail == nullptr ? nullptr : &detail->zero_windows[index(sender)], packet);
  if (facts.tcp.has(tcp_flag::rst)) track_reset(record, detail, packet, sender);
  else if (is_syn(facts.tcp)) track_syn(record, detail, packet, sender);
  else if (is_syn_ack(facts.tcp)) track_syn_ack(record, detail, packet, sender);
  else track_segment(record, detail, packet, sender, print);
  if (detail == nullptr) return true;
  detail->sender(sender).last_id = facts.ip.id;
  note_history(record, *detail, packet, sender);
  return true;
}

}  // namespace whydrop
