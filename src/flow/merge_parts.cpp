// How a sender's facts, silences and exchanges of two parts add up.
#include "src/flow/merge_parts.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "src/flow/tcp_sender.h"

namespace whydrop {
namespace {

void add_stuck(SenderFacts::Stuck& stuck, const SenderFacts::Stuck& then, const SenderFacts::Stuck& now) {
  if (now == then || now.tries == 0) return;
  if (stuck.tries == 0 || now.seq < stuck.seq) {
    stuck = now;
    return;
  }
  if (now.seq != stuck.seq) return;  // a later segment of the same loss
  stuck.tries += now.tries - (then.seq == now.seq ? then.tries : 0);
  stuck.largest = std::max(stuck.largest, now.largest);
  stuck.smallest = std::min(stuck.smallest, now.smallest);
  stuck.last_try = now.last_try;
  stuck.last_packet = now.last_packet;
}

void add_hole(SenderFacts::Hole& hole, const SenderFacts::Hole& then, const SenderFacts::Hole& now) {
  if (now == then) return;
  if (hole.length == 0 || hole.packet == now.packet || then == hole) {
    hole = now;
    return;
  }
  hole.later_largest = std::max(hole.later_largest, now.later_largest);
  if (then.packet != now.packet) return;
  hole.later_segments += now.later_segments - then.later_segments;
  hole.duplicate_acks += now.duplicate_acks - then.duplicate_acks;
}

/// A part that saw no handshake does not know the size of a segment and takes each frame for one.
void cut_to_segments(SenderFacts& sender, std::uint32_t limit) {
  for (SenderFacts::Sent& sent : sender.recent) sent.size = std::min(sent.size, limit);
  sender.hole.later_largest = std::min(sender.hole.later_largest, limit);
  sender.stuck.largest = std::min(sender.stuck.largest, limit);
  sender.stuck.smallest = std::min(sender.stuck.smallest, limit);
}

std::uint32_t known_limit(const FlowDetail& detail, Side sender) {
  const std::uint32_t limit = segment_limit(detail, sender);
  return limit == 0 ? std::numeric_limits<std::uint32_t>::max() : limit;
}

void add_sender(SenderFacts& sender, const SenderFacts& then, const SenderFacts& now, std::uint32_t limit) {
  if (now.last_sent != then.last_sent || now.last_fingerprint != then.last_fingerprint) {
    sender.last_sent = now.last_sent;
    sender.last_fingerprint = now.last_fingerprint;
    sender.last_id = now.last_id;
    sender.last_packet_id = now.last_packet_id;
    sender.broke_silence = now.broke_silence;
  }
  if (now.recent != then.recent) {
    sender.recent = now.recent;
    sender.recent_at = now.recent_at;
  }
  if (now.data_segments != then.data_segments) sender.dont_fragment = now.dont_fragment;
  raise(sender.longest_silence, then.longest_silence, now.longest_silence);
  add_growth(sender.data_segments, then.data_segments, now.data_segments);
  raise(sender.largest_segment, then.largest_segment, std::min(now.largest_segment, limit));
  raise(sender.largest_acked, then.largest_acked, std::min(now.largest_acked, limit));
  raise(sender.largest_frame, then.largest_frame, now.largest_frame);
  add_growth(sender.duplicate_acks, then.duplicate_acks, now.duplicate_acks);
  add_growth(sender.retransmitted, then.retransmitted, now.retransmitted);
  add_growth(sender.copies, then.copies, now.copies);
  add_growth(sender.probes, then.probes, now.probes);
  add_growth(sender.resent_acked, then.resent_acked, now.resent_acked);
  add_growth(sender.reported_twice, then.reported_twice, now.reported_twice);
  if (sender.mss == 0 && now.mss != 0) {
    sender.mss = now.mss;
    sender.window_scale = now.window_scale;
    sender.timestamps = now.timestamps;
    sender.sack_permitted = now.sack_permitted;
  }
  if (now.max_ttl != 0) {
    sender.min_ttl = sender.max_ttl == 0 ? now.min_ttl : std::min(sender.min_ttl, now.min_ttl);
    sender.max_ttl = std::max(sender.max_ttl, now.max_ttl);
  }
  add_hole(sender.hole, then.hole, now.hole);
  add_stuck(sender.stuck, then.stuck, now.stuck);
  cut_to_segments(sender, limit);
  sender.note_trouble();
}

void add_silence(IdleFacts& idle, const IdleFacts& then, const IdleFacts& now) {
  const Duration survived = std::max(idle.survived, now.survived);
  if (now.packet != then.packet || (idle.packet == now.packet && now.packet)) {
    idle = now;
  } else if (now != then) {
    add_growth(idle.repeats, then.repeats, now.repeats);
    idle.last = now.last;
  }
  idle.survived = survived;
}

void add_window(ZeroWindow& zero, const ZeroWindow& then, const ZeroWindow& now) {
  if (now == then) return;
  keep_first(zero.packet, now.packet);
  take_changed(zero.since, then.since, now.since);
  zero.longest = std::max(zero.longest, now.longest);
}

void add_gaps(ExchangeFacts& exchange, const ExchangeFacts& then, const ExchangeFacts& now) {
  keep_first(exchange.first_gap, now.first_gap);
  take_changed(exchange.last_gap, then.last_gap, now.last_gap);
  if (now.shortest_reply_gap != Duration{}) {
    const bool none = exchange.shortest_reply_gap == Duration{};
    exchange.shortest_reply_gap =
        none ? now.shortest_reply_gap : std::min(exchange.shortest_reply_gap, now.shortest_reply_gap);
  }
  exchange.longest_reply_gap = std::max(exchange.longest_reply_gap, now.longest_reply_gap);
}

/// ARP and ND: who answered.
void add_owners(ExchangeFacts& exchange, const ExchangeFacts& then, const ExchangeFacts& now) {
  add_growth(exchange.mac_changes, then.mac_changes, now.mac_changes);
  take_changed(exchange.mac, then.mac, now.mac);
  take_changed(exchange.other_mac, then.other_mac, now.other_mac);
  keep_first(exchange.mac_changed, now.mac_changed);
  keep_first(exchange.mac_packet, now.mac_packet);
  exchange.two_answered = exchange.two_answered || now.two_answered;
}

/// The later part took the other side for the one that asks.
ExchangeFacts turned(ExchangeFacts exchange) {
  std::swap(exchange.requests, exchange.replies);
  std::swap(exchange.last_request, exchange.last_reply);
  exchange.first_request = Time{};
  exchange.repeats = exchange.errors = 0;
  exchange.unanswered = exchange.last_request > exchange.last_reply ? 1 : 0;
  exchange.first_gap = exchange.last_gap = exchange.shortest_reply_gap = exchange.longest_reply_gap = Duration{};
  return exchange;
}

bool sent_again(const LaterPart& part, Side side) {
  if (!part.now.detail) return false;
  const std::uint32_t then = part.then.detail ? part.then.detail->sender(side).retransmitted : 0;
  return part.now.detail->sender(side).retransmitted != then;
}

}  // namespace

EventShift shift_of(const FlowRecord& record, const FlowDetail& detail, const FlowRecord& then_record,
                    const FlowDetail& then) {
  EventShift shift;
  for (const Side side : {Side::low, Side::high}) {
    shift.tries[index(side)] = std::uint32_t{record.side(side).syns} - then_record.side(side).syns;
  }
  shift.repeats = detail.exchange.repeats - then.exchange.repeats;
  return shift;
}

void add_senders(const FlowRecord& record, FlowDetail& detail, const FlowDetail& then, const LaterPart& part) {
  const FlowDetail& now = *part.now.detail;
  for (const Side side : {Side::low, Side::high}) {
    add_sender(detail.sender(side), then.sender(side), now.sender(side), known_limit(detail, side));
  }
  if (record.key.transport != Transport::tcp) return;
  for (const Side side : {Side::low, Side::high}) {
    add_window(detail.zero_windows[index(side)], then.zero_window(side), now.zero_window(side));
  }
  add_silence(detail.idle, then.idle, now.idle);
  if (!detail.reset.packet) detail.reset = now.reset;
}

void add_exchange(FlowDetail& detail, const FlowDetail& then_detail, const LaterPart& part, Side initiator) {
  const bool turn = part.now.record.initiator != initiator;
  const ExchangeFacts then = turn ? turned(then_detail.exchange) : then_detail.exchange;
  const ExchangeFacts now = turn ? turned(part.now.detail->exchange) : part.now.detail->exchange;
  ExchangeFacts& exchange = detail.exchange;
  if (now == then) return;
  const bool answered = now.replies != then.replies;
  if (answered) exchange.unanswered = now.unanswered;
  else add_growth(exchange.unanswered, then.unanswered, now.unanswered);
  if (exchange.requests == 0) exchange.payload_hash = now.payload_hash;
  keep_first(exchange.first_request, now.first_request);
  add_gaps(exchange, then, now);
  add_growth(exchange.requests, then.requests, now.requests);
  add_growth(exchange.repeats, then.repeats, now.repeats);
  add_growth(exchange.replies, then.replies, now.replies);
  add_growth(exchange.errors, then.errors, now.errors);
  take_changed(exchange.last_request, then.last_request, now.last_request);
  take_changed(exchange.last_reply, then.last_reply, now.last_reply);
  take_changed(exchange.last_request_packet, then.last_request_packet, now.last_request_packet);
  if (answered) exchange.status = now.status;
  if (now.requests != then.requests) exchange.echo_seq = now.echo_seq;
  exchange.expects_reply = exchange.expects_reply || now.expects_reply;
  exchange.to_group = exchange.to_group || now.to_group;
  exchange.truncated = exchange.truncated || now.truncated;
  const bool same_question = exchange.payload_hash == now.payload_hash || now.requests == then.requests;
  exchange.only_repeats = exchange.only_repeats && now.only_repeats && same_question;
  add_owners(exchange, then, now);
}

void note_offload(FlowRecord& record, const FlowDetail& detail) {
  if (record.key.transport != Transport::tcp) return;
  for (const Side side : {Side::low, Side::high}) {
    if (detail.sender(side).largest_frame > known_limit(detail, side)) record.side(side).saw |= saw::oversize;
  }
}

void end_troubles(FlowRecord& record, FlowDetail& detail, const LaterPart& part) {
  if (record.key.transport != Transport::tcp) return;
  for (const Side side : {Side::low, Side::high}) {
    SenderFacts& sender = detail.sender(side);
    FlowSide& receiver = record.side(other(side));
    if (!sender.troubled || !receiver.has(saw::ack)) continue;
    if (sender.stuck.tries != 0 && receiver.acked > sender.stuck.seq) sender.stuck = {};
    if (sender.hole.length != 0 && receiver.acked >= sender.hole.start + sender.hole.length) {
      sender.hole.length = 0;
      // Old bytes that the later part saw again may have been these.
      if (!sent_again(part, side)) receiver.saw |= saw::unseen_acked;
    }
    sender.note_trouble();
  }
}

}  // namespace whydrop
