// What the later part counted is added; of what it knew last, the later knowledge holds; extremes are compared.
//
// Trackers of both parts have met the same packets before the rest begins, so that their short memories (the last
// segments sent, the hole that is open) agree. What began before the cut and is not over, such as a byte that is sent
// again and again, is told by its sequence number.
#include "src/flow/merge.h"

#include <algorithm>
#include <cctype>
#include <span>
#include <string_view>

#include "src/flow/merge_parts.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {
namespace {

void add_side(FlowSide& side, const FlowSide& then, const FlowSide& now) {
  const bool was_unknown = side.packets == 0;
  if (now.packets == then.packets && now.saw == then.saw) return;
  add_growth(side.packets, then.packets, now.packets);
  add_growth(side.syns, then.syns, now.syns);
  if (was_unknown || now.next > side.next) side.next = now.next;
  if (was_unknown || now.acked > side.acked) side.acked = now.acked;
  if (was_unknown || !side.has_any(saw::syn | saw::syn_ack)) side.isn = now.isn;
  if (side.ttl == 0) side.ttl = now.ttl;
  side.saw |= static_cast<std::uint16_t>(now.saw & ~then.saw & ~saw::zero_window);
  if (now.packets == then.packets) return;
  side.saw = static_cast<std::uint16_t>((side.saw & ~saw::zero_window) | (now.saw & saw::zero_window));
}

void add_hot(FlowRecord& record, const FlowRecord& then, const FlowRecord& now) {
  if (now.last > then.last) record.last = std::max(record.last, now.last);
  for (const Side side : {Side::low, Side::high}) {
    add_side(record.side(side), then.side(side), now.side(side));
    add_growth(record.bytes[index(side)], then.bytes[index(side)], now.bytes[index(side)]);
  }
  if (now.direction == DirectionSource::handshake && record.direction != DirectionSource::handshake) {
    record.initiator = now.initiator;
    record.direction = now.direction;
  }
  record.handshake_done = record.handshake_done || now.handshake_done;
  if (record.near == Nearness::unknown) record.near = now.near;
}

void add_history(FlowRecord& record, FlowDetail& detail, const FlowDetail& then, const LaterPart& part) {
  const std::string_view letters = part.now.detail->history_text();
  for (const char letter : letters.substr(std::min<std::size_t>(then.history_len, letters.size()))) {
    const bool is_initiator = std::isupper(static_cast<unsigned char>(letter)) != 0;
    const auto mark = kHistoryLetters.find(static_cast<char>(std::tolower(static_cast<unsigned char>(letter))));
    const Side initiator = part.now.record.initiator;
    if (mark == std::string_view::npos) continue;
    append_history(record, detail, is_initiator ? initiator : other(initiator), static_cast<HistoryMark>(mark));
  }
}

/// Which try, or how many before it, counts from the beginning of the flow.
std::uint32_t lift(const FlowEvent& event, const EventShift& shift) {
  switch (event.kind) {
    case FlowEvent::Kind::syn:
    case FlowEvent::Kind::syn_ack: return event.detail + shift.tries[index(event.side)];
    case FlowEvent::Kind::request:
    case FlowEvent::Kind::question: return event.detail + shift.repeats;
    default: return event.detail;
  }
}

void add_events(EventLog& log, const EventLog& then, const EventLog& now, const EventShift& shift) {
  // The log keeps its first and its last entries: what lacks between those of `now` lacks in the sum too.
  const std::uint64_t missing = now.total() - now.size();
  const std::uint64_t known = std::max<std::uint64_t>(then.total(), EventLog::kFirst);
  for (std::size_t at = 0; at < now.size(); ++at) {
    const std::uint64_t position = at < EventLog::kFirst ? at : at + missing;
    if (at == EventLog::kFirst && position > known) log.skip(static_cast<std::uint32_t>(position - known));
    if (position < then.total()) continue;
    FlowEvent event = now[at];
    event.detail = lift(event, shift);
    log.add(event);
  }
}

void add_icmp_errors(FlowDetail& detail, const FlowDetail& then, const FlowDetail& now) {
  const auto same_in = [](auto errors, const IcmpErrorFact& error) {
    return std::ranges::find_if(errors, [&](const IcmpErrorFact& known) {
      return known.type == error.type && known.code == error.code && known.sender == error.sender &&
             known.about == error.about;
    });
  };
  for (const IcmpErrorFact& error : std::span(now.icmp).first(now.icmp_count)) {
    const auto before = std::span(then.icmp).first(then.icmp_count);
    const auto counted = same_in(before, error);
    const std::uint16_t already = counted == before.end() ? std::uint16_t{0} : counted->count;
    if (error.count == already) continue;
    const auto known = std::span(detail.icmp).first(detail.icmp_count);
    if (const auto same = same_in(known, error); same != known.end()) {
      add_growth(same->count, already, error.count);
    } else if (detail.icmp_count < FlowDetail::kIcmpErrors) {
      detail.icmp[detail.icmp_count++] = error;
    }
  }
}

void add_carriage(FlowDetail& detail, const FlowDetail& then, const FlowDetail& now) {
  for (const Side side : {Side::low, Side::high}) {
    const TunnelSide& before = then.tunnels[index(side)];
    const TunnelSide& last = now.tunnels[index(side)];
    if (last != before) detail.tunnels[index(side)] = last;
    ApplicationFacts& words = detail.application(side);
    if (words.protocol == 0 && words.name_len == 0) words = now.application(side);
  }
  if (detail.other_encapsulation == FlowDetail::kNoEncapsulation) detail.other_encapsulation = now.other_encapsulation;
  if (detail.witness.drops == 0 && now.witness.drops != 0) {
    const WitnessFacts counted = detail.witness;
    detail.witness = now.witness;
    detail.witness.drops = counted.drops;
    detail.witness.passes = counted.passes;
  }
  add_growth(detail.witness.drops, then.witness.drops, now.witness.drops);
  add_growth(detail.witness.passes, then.witness.passes, now.witness.passes);
  if (detail.fragments.incomplete == 0 && now.fragments.incomplete != 0) {
    const FragmentFacts counted = detail.fragments;
    detail.fragments = now.fragments;
    detail.fragments.incomplete = 0;
    detail.fragments.whole = counted.whole;
  }
  add_growth(detail.fragments.incomplete, then.fragments.incomplete, now.fragments.incomplete);
  add_growth(detail.fragments.whole, then.fragments.whole, now.fragments.whole);
}

void add_handshake(FlowDetail& detail, const FlowDetail& then, const FlowDetail& now) {
  keep_first(detail.syn_first, now.syn_first);
  take_changed(detail.syn_last, then.syn_last, now.syn_last);
  keep_first(detail.syn_ack_first, now.syn_ack_first);
  take_changed(detail.syn_ack_last, then.syn_ack_last, now.syn_ack_last);
  keep_first(detail.handshake_ack, now.handshake_ack);
}

}  // namespace

void add_rest(FlowRecord& record, FlowDetail* detail, const LaterPart& part) {
  static const FlowDetail kNothing;
  const FlowDetail& then = part.then.detail ? *part.then.detail : kNothing;
  if (detail != nullptr && part.now.detail) {
    const EventShift shift = shift_of(record, *detail, part.then.record, then);
    add_senders(record, *detail, then, part);
    add_exchange(*detail, then, part, record.initiator);
    add_history(record, *detail, then, part);
    add_events(detail->events, then.events, part.now.detail->events, shift);
    add_icmp_errors(*detail, then, *part.now.detail);
    add_carriage(*detail, then, *part.now.detail);
    add_handshake(*detail, then, *part.now.detail);
  }
  add_hot(record, part.then.record, part.now.record);
  if (detail == nullptr) return;
  end_troubles(record, *detail, part);
  note_offload(record, *detail);
}

FlowDetail without_what_followed_close(const FlowDetail& seen) {
  FlowDetail detail = seen;
  unsigned fins = 0;
  std::uint32_t behind = 0;
  for (std::size_t at = 0; at < detail.events.size(); ++at) {
    const FlowEvent::Kind kind = detail.events[at].kind;
    if (kind == FlowEvent::Kind::fin) ++fins;
    if (kind == FlowEvent::Kind::retransmission && fins == 2) ++behind;
  }
  auto& [low, high] = detail.senders;
  if (low.retransmitted + high.retransmitted == behind) low.retransmitted = high.retransmitted = 0;
  return detail;
}

}  // namespace whydrop
