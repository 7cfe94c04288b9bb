// The members of a flow record in its line: each list serves writing and reading, so that a new fact costs one line.
#pragma once

#include <array>
#include <bit>
#include <string>

#include "src/flow/record.h"
#include "src/report/fact_io.h"
#include "src/report/packet_fields.h"

namespace whydrop {

template <class Io>
void fields(Io& io, Member<Io, FlowSide>& side) {
  io("isn", side.isn);
  io("next", side.next);
  io("acked", side.acked);
  SawBits saw{side.saw};
  io("saw", saw);
  if constexpr (Io::kReads) side.saw = saw.bits;
  io("ttl", side.ttl);
  io("syns", side.syns);
}

template <class Io>
void fields(Io& io, Member<Io, SenderFacts::Stuck>& stuck) {
  io("seq", stuck.seq);
  io("tries", stuck.tries);
  io("largest", stuck.largest);
  io("smallest", stuck.smallest);
  io("first_sent", stuck.first_sent);
  io("first_try", stuck.first_try);
  io("last_try", stuck.last_try);
  io("first_packet", stuck.first_packet);
  io("last_packet", stuck.last_packet);
}

template <class Io>
void fields(Io& io, Member<Io, SenderFacts::Hole>& hole) {
  io("start", hole.start);
  io("length", hole.length);
  io("since", hole.since);
  io("packet", hole.packet);
  io("later_largest", hole.later_largest);
  io("later_segments", hole.later_segments);
  io("duplicate_acks", hole.duplicate_acks);
}

template <class Io>
void fields(Io& io, Member<Io, SenderFacts>& sender) {
  io("data_segments", sender.data_segments);
  io("retransmitted", sender.retransmitted);
  io("copies", sender.copies);
  io("probes", sender.probes);
  io("resent_acked", sender.resent_acked);
  io("reported_twice", sender.reported_twice);
  io("duplicate_acks", sender.duplicate_acks);
  io("largest_segment", sender.largest_segment);
  io("largest_acked", sender.largest_acked);
  io("largest_frame", sender.largest_frame);
  io("mss", sender.mss);
  io("window_scale", sender.window_scale, SenderFacts{}.window_scale);
  io("timestamps", sender.timestamps);
  io("sack_permitted", sender.sack_permitted);
  io("min_ttl", sender.min_ttl);
  io("max_ttl", sender.max_ttl);
  io("dont_fragment", sender.dont_fragment);
  io("last_sent", sender.last_sent);
  io("last_fingerprint", sender.last_fingerprint);
  io("last_id", sender.last_id);
  io("last_packet_id", sender.last_packet_id);
  io("longest_silence_ns", sender.longest_silence);
  io("broke_silence", sender.broke_silence);
  io("history_marks", sender.history_marks);
  std::size_t count = sender.data_segments == 0 ? 0 : sender.recent.size();
  io.list("recent", count, sender.recent.size(), [&](auto& one, std::size_t at) {
    one("time", sender.recent[at].time);
    one("fingerprint", sender.recent[at].fingerprint);
    one("end", sender.recent[at].end);
    one("size", sender.recent[at].size);
  });
  std::uint8_t recent_at = sender.recent_at;
  io("recent_at", recent_at);
  io.object("stuck", [&](auto& part) { fields(part, sender.stuck); });
  io.object("hole", [&](auto& part) { fields(part, sender.hole); });
  if constexpr (Io::kReads) {
    sender.recent_at = recent_at % SenderFacts::kRecent;
    sender.note_trouble();
  }
}

template <class Io>
void fields(Io& io, Member<Io, IdleFacts>& idle) {
  io("length_ns", idle.length);
  io("by", idle.by);
  io("repeats", idle.repeats);
  io("answered", idle.answered);
  io("reset", idle.reset);
  io("packet", idle.packet);
  io("time", idle.time);
  io("last", idle.last);
  io("survived_ns", idle.survived);
}

template <class Io>
void fields(Io& io, Member<Io, ResetFacts>& reset) {
  io("packet", reset.packet);
  io("time", reset.time);
  io("sender", reset.sender);
  io("ttl", reset.ttl);
  io("has_ack", reset.has_ack);
  io("has_payload", reset.has_payload);
  io("dont_fragment", reset.dont_fragment);
  io("has_timestamp", reset.has_timestamp);
  io("ip_id", reset.ip_id);
  io("previous_id", reset.previous_id);
  io("window", reset.window);
  io("ahead", reset.ahead);
  io("silence_ns", reset.silence);
  io("after_fin", reset.after_fin);
}

template <class Io>
void fields(Io& io, Member<Io, ZeroWindow>& zero) {
  io("since", zero.since);
  io("longest_ns", zero.longest);
  io("packet", zero.packet);
}

template <class Io>
void fields(Io& io, Member<Io, ExchangeFacts>& exchange) {
  io("requests", exchange.requests);
  io("repeats", exchange.repeats);
  io("replies", exchange.replies);
  io("unanswered", exchange.unanswered);
  io("errors", exchange.errors);
  io("payload_hash", exchange.payload_hash);
  io("first_request", exchange.first_request);
  io("last_request", exchange.last_request);
  io("last_reply", exchange.last_reply);
  io("last_request_packet", exchange.last_request_packet);
  io("expects_reply", exchange.expects_reply);
  io("to_group", exchange.to_group);
  io("only_repeats", exchange.only_repeats, ExchangeFacts{}.only_repeats);
  io("truncated", exchange.truncated);
  io("two_answered", exchange.two_answered);
  io("mac_changes", exchange.mac_changes);
  io("mac", exchange.mac);
  io("other_mac", exchange.other_mac);
  io("mac_changed", exchange.mac_changed);
  io("mac_packet", exchange.mac_packet);
  io("first_gap_ns", exchange.first_gap);
  io("last_gap_ns", exchange.last_gap);
  io("shortest_reply_gap_ns", exchange.shortest_reply_gap);
  io("longest_reply_gap_ns", exchange.longest_reply_gap);
  io("status", exchange.status);
  io("echo_seq", exchange.echo_seq);
}

template <class Io>
void fields(Io& io, Member<Io, TunnelSide>& tunnel) {
  dissector_field(io, "protocol", tunnel.dissector);
  io("id", tunnel.id);
  io("mpls_label", tunnel.mpls_label);
}

template <class Io>
void fields(Io& io, Member<Io, WitnessFacts>& witness) {
  fields(io, witness.dropped);
  io("packet", witness.packet);
  io("time", witness.time);
  io("sender", witness.sender);
  io("drops", witness.drops);
  io("passes", witness.passes);
}

template <class Io>
void fields(Io& io, Member<Io, FragmentFacts>& fragments) {
  io("incomplete", fragments.incomplete);
  io("whole", fragments.whole);
  io("sender", fragments.sender);
  io("packet", fragments.packet);
  io("time", fragments.time);
}

template <class Io>
void fields(Io& io, Member<Io, IcmpErrorFact>& error) {
  io.always("type", error.type);
  io.always("code", error.code);
  io.always("sender", error.sender);
  io.always("about", error.about);
  io.always("count", error.count);
  io.always("time", error.time);
  io("receiver", error.receiver);
  io("packet", error.packet);
  io("mtu", error.mtu);
  io("quoted_len", error.quoted_len);
  io("quoted_ttl", error.quoted_ttl);
}

template <class Io>
void fields(Io& io, Member<Io, EventLog>& log) {
  std::array<FlowEvent, EventLog::kFirst + EventLog::kLast> events{};
  std::size_t count = log.size();
  if constexpr (!Io::kReads) {
    for (std::size_t at = 0; at < count; ++at) events[at] = log[at];
  }
  io.list("events", count, events.size(), [&](auto& one, std::size_t at) {
    one.always("kind", events[at].kind);
    one.always("side", events[at].side);
    one.always("time", events[at].time);
    one("packet", events[at].packet);
    one("detail", events[at].detail);
  });
  std::uint32_t total = log.total();
  io("events_total", total);
  if constexpr (Io::kReads) {
    const bool counted = total == count || (total > count && count == events.size());
    if (!counted) return io.fail("events_total");
    log = EventLog::of(std::span(events).first(count), total);
  }
}

template <class Io>
void fields(Io& io, Member<Io, FlowDetail>& detail) {
  io.object("handshake", [&](auto& part) {
    part("syn_first", detail.syn_first);
    part("syn_last", detail.syn_last);
    part("syn_ack_first", detail.syn_ack_first);
    part("syn_ack_last", detail.syn_ack_last);
    part("ack", detail.handshake_ack);
  });
  io.bytes("history", detail.history, detail.history_len);
  io("other_encapsulation", detail.other_encapsulation, FlowDetail::kNoEncapsulation);
  io.object("idle", [&](auto& part) { fields(part, detail.idle); });
  io.object("reset", [&](auto& part) { fields(part, detail.reset); });
  io.object("exchange", [&](auto& part) { fields(part, detail.exchange); });
  io.object("witness", [&](auto& part) { fields(part, detail.witness); });
  io.object("fragments", [&](auto& part) { fields(part, detail.fragments); });
  std::size_t errors = detail.icmp_count;
  io.list("icmp_errors", errors, detail.icmp.size(), [&](auto& one, std::size_t at) { fields(one, detail.icmp[at]); });
  if constexpr (Io::kReads) detail.icmp_count = static_cast<std::uint8_t>(errors);
  fields(io, detail.events);
}

/// Of a record and of its detail, which may be null.
template <class Io>
void side_fields(Io& io, Member<Io, FlowRecord>& record, Member<Io, FlowDetail>* detail, Side side) {
  fields(io, record.side(side));
  if (detail == nullptr) return;
  fields(io, detail->sender(side));
  io.object("application", [&](auto& part) { fields(part, detail->applications[index(side)]); });
  io.object("tunnel", [&](auto& part) { fields(part, detail->tunnels[index(side)]); });
  io.object("zero_window", [&](auto& part) { fields(part, detail->zero_windows[index(side)]); });
}

/// What stands under "facts".
template <class Io>
void facts_fields(Io& io, Member<Io, FlowRecord>& record, Member<Io, FlowDetail>* detail) {
  DirectionSource direction = record.direction;
  Nearness near = record.near;
  bool handshake_done = record.handshake_done;
  io.always("direction", direction);
  io("near", near);
  io("handshake_done", handshake_done);
  io.always("first_packet", record.first_packet);
  io("encapsulation", record.key.encapsulation);
  if constexpr (Io::kReads) {
    record.direction = direction;
    record.near = near;
    record.handshake_done = handshake_done;
  }
  io.object("client", [&](auto& part) { side_fields(part, record, detail, record.initiator); });
  io.object("server", [&](auto& part) { side_fields(part, record, detail, other(record.initiator)); });
  if (detail != nullptr) fields(io, *detail);
}

/// Who talks to whom. `record.initiator` is known before, also to a reader.
template <class Io>
void identity_fields(Io& io, Member<Io, FlowRecord>& record) {
  Transport transport = record.key.transport;
  Endpoint client = record.client_endpoint();
  Endpoint server = record.server_endpoint();
  if (!has_ports(transport)) client.port = server.port = 0;
  io.always("transport", transport);
  io.always("client", client.address);
  io.always("client_port", client.port);
  io.always("server", server.address);
  io.always("server_port", server.port);
  if constexpr (Io::kReads) {
    const Endpoint& low = record.initiator == Side::low ? client : server;
    const Endpoint& high = record.initiator == Side::low ? server : client;
    record.key.low = low.address;
    record.key.low_port = low.port;
    record.key.high = high.address;
    record.key.high_port = high.port;
    record.key.transport = transport;
  }
}

/// An echo flow's identifier is its port on both sides, which "client_port" would be a strange name for.
template <class Io>
void echo_field(Io& io, Member<Io, FlowRecord>& record) {
  if (record.key.transport != Transport::icmp && record.key.transport != Transport::icmp6) return;
  io.always("echo_id", record.key.low_port);
  if constexpr (Io::kReads) record.key.high_port = record.key.low_port;
}

template <class Io>
void count_fields(Io& io, Member<Io, FlowRecord>& record) {
  const Side client = record.initiator;
  io.always("first", record.first);
  io.always("last", record.last);
  io.always("client_packets", record.side(client).packets);
  io.always("server_packets", record.side(other(client)).packets);
  io.always("client_bytes", record.bytes[index(client)]);
  io.always("server_bytes", record.bytes[index(other(client))]);
  io("vlan", record.vlan);
}

}  // namespace whydrop
