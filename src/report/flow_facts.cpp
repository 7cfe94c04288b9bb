// The raw facts of a flow record as JSON. Sides are named by role; which is the lower endpoint follows from the key.
#include "src/report/flow_facts.h"

#include <array>
#include <utility>

#include "dissectors/registry.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

/// Adds a member unless it has its default value.
template <typename T>
void put(Json& json, const char* key, const T& value, const T& absent = T{}) {
  if (value != absent) json[key] = value;
}

void put(Json& json, const char* key, Time time) {
  if (time != Time{}) json[key] = rfc3339(time);
}

void put(Json& json, const char* key, TcpSeq seq) { put(json, key, seq.value()); }

void put(Json& json, const char* key, Json part) {
  if (!part.empty()) json[key] = std::move(part);
}

void put(Json& json, const char* key, const PacketRef& packet) {
  if (packet) json[key] = Json::array({packet.file(), packet.number()});
}

/// Names of the saw:: bits, lowest first.
constexpr std::array<const char*, 16> kSawNames = {
    "syn",      "syn_ack",      "ack",      "data",    "fin",         "rst",       "ack_moved",      "unseen_acked",
    "oversize", "bad_checksum", "outbound", "inbound", "zero_window", "fin_acked", "signed_segment", "odd_rst"};

Json json_saw(std::uint16_t bits) {
  Json names = Json::array();
  for (unsigned at = 0; at < kSawNames.size(); ++at) {
    if ((bits >> at & 1U) != 0) names.push_back(kSawNames[at]);
  }
  return names;
}

const char* name(DirectionSource source) {
  switch (source) {
    case DirectionSource::first_sender: return "first_sender";
    case DirectionSource::ports: return "ports";
    case DirectionSource::handshake: return "handshake";
  }
  return "";
}

const char* name(FlowEvent::Kind kind) {
  switch (kind) {
    case FlowEvent::Kind::syn: return "syn";
    case FlowEvent::Kind::syn_ack: return "syn_ack";
    case FlowEvent::Kind::handshake_ack: return "handshake_ack";
    case FlowEvent::Kind::data: return "data";
    case FlowEvent::Kind::retransmission: return "retransmission";
    case FlowEvent::Kind::fin: return "fin";
    case FlowEvent::Kind::rst: return "rst";
    case FlowEvent::Kind::icmp_error: return "icmp_error";
    case FlowEvent::Kind::request: return "request";
    case FlowEvent::Kind::reply: return "reply";
    case FlowEvent::Kind::question: return "question";
    case FlowEvent::Kind::answer: return "answer";
    case FlowEvent::Kind::hole: return "hole";
    case FlowEvent::Kind::unseen_ack: return "unseen_ack";
    case FlowEvent::Kind::port_reuse: return "port_reuse";
  }
  return "";
}

const char* role(Side side, const FlowRecord& record) { return side == record.initiator ? "client" : "server"; }

Json json_stuck(const SenderFacts::Stuck& stuck) {
  Json json = Json::object();
  if (stuck.tries == 0) return json;
  put(json, "seq", stuck.seq);
  put(json, "tries", stuck.tries);
  put(json, "largest", stuck.largest);
  put(json, "smallest", stuck.smallest);
  put(json, "first_sent", stuck.first_sent);
  put(json, "first_try", stuck.first_try);
  put(json, "last_try", stuck.last_try);
  put(json, "first_packet", stuck.first_packet);
  put(json, "last_packet", stuck.last_packet);
  return json;
}

Json json_hole(const SenderFacts::Hole& hole) {
  Json json = Json::object();
  if (hole.length == 0) return json;
  put(json, "start", hole.start);
  put(json, "length", hole.length);
  put(json, "since", hole.since);
  put(json, "packet", hole.packet);
  put(json, "later_largest", hole.later_largest);
  put(json, "later_segments", hole.later_segments);
  put(json, "duplicate_acks", hole.duplicate_acks);
  return json;
}

void put_sender(Json& json, const SenderFacts& sender) {
  put(json, "data_segments", sender.data_segments);
  put(json, "retransmitted", sender.retransmitted);
  put(json, "copies", sender.copies);
  put(json, "probes", sender.probes);
  put(json, "resent_acked", sender.resent_acked);
  put(json, "reported_twice", sender.reported_twice);
  put(json, "duplicate_acks", sender.duplicate_acks);
  put(json, "largest_segment", sender.largest_segment);
  put(json, "largest_acked", sender.largest_acked);
  put(json, "largest_frame", sender.largest_frame);
  put(json, "mss", sender.mss);
  put(json, "window_scale", sender.window_scale, SenderFacts{}.window_scale);
  put(json, "timestamps", sender.timestamps);
  put(json, "sack_permitted", sender.sack_permitted);
  put(json, "min_ttl", sender.min_ttl);
  put(json, "max_ttl", sender.max_ttl);
  put(json, "dont_fragment", sender.dont_fragment);
  put(json, "last_sent", sender.last_sent);
  put(json, "longest_silence_ns", sender.longest_silence.count());
  put(json, "stuck", json_stuck(sender.stuck));
  put(json, "hole", json_hole(sender.hole));
}

Json json_side(const FlowSide& side, const SenderFacts* sender) {
  Json json = Json::object();
  put(json, "isn", side.isn);
  put(json, "next", side.next);
  put(json, "acked", side.acked);
  put(json, "saw", json_saw(side.saw));
  put(json, "ttl", side.ttl);
  put(json, "syns", side.syns);
  if (sender != nullptr) put_sender(json, *sender);
  return json;
}

Json json_events(const FlowRecord& record, const EventLog& events) {
  Json json = Json::array();
  for (std::size_t at = 0; at < events.size(); ++at) {
    const FlowEvent& event = events[at];
    Json one = {{"kind", name(event.kind)}, {"side", role(event.side, record)}, {"time", rfc3339(event.time)}};
    put(one, "packet", event.packet);
    put(one, "detail", event.detail);
    json.push_back(std::move(one));
  }
  return json;
}

Json json_icmp_errors(const FlowRecord& record, const FlowDetail& detail) {
  Json json = Json::array();
  for (std::size_t at = 0; at < detail.icmp_count; ++at) {
    const IcmpErrorFact& error = detail.icmp[at];
    Json one = {{"type", error.type},
                {"code", error.code},
                {"sender", to_string(error.sender)},
                {"about", role(error.about, record)},
                {"count", error.count},
                {"time", rfc3339(error.time)}};
    put(one, "packet", error.packet);
    put(one, "mtu", error.mtu);
    put(one, "quoted_len", error.quoted_len);
    put(one, "quoted_ttl", error.quoted_ttl);
    json.push_back(std::move(one));
  }
  return json;
}

Json json_exchange(const ExchangeFacts& exchange) {
  Json json = Json::object();
  if (exchange.requests == 0 && exchange.replies == 0) return json;
  put(json, "requests", exchange.requests);
  put(json, "repeats", exchange.repeats);
  put(json, "replies", exchange.replies);
  put(json, "unanswered", exchange.unanswered);
  put(json, "payload_hash", exchange.payload_hash);
  put(json, "first_request", exchange.first_request);
  put(json, "last_request", exchange.last_request);
  put(json, "last_reply", exchange.last_reply);
  put(json, "last_request_packet", exchange.last_request_packet);
  put(json, "expects_reply", exchange.expects_reply);
  put(json, "only_repeats", exchange.only_repeats, ExchangeFacts{}.only_repeats);
  put(json, "status", exchange.status);
  return json;
}

Json json_application(const ApplicationFacts& words) {
  Json json = Json::object();
  put(json, "protocol", std::string(dissectors()[words.protocol].name));
  put(json, "kind", words.kind);
  put(json, "status", words.status);
  put(json, "alert", words.is_alert);
  put(json, "name", escaped(words.name_text()));
  put(json, "word", escaped(words.word_text()));
  return json;
}

Json json_tunnel(const TunnelSide& tunnel) {
  Json json = Json::object();
  put(json, "protocol", std::string(dissectors()[tunnel.dissector].name));
  put(json, "id", tunnel.id);
  put(json, "mpls_label", tunnel.mpls_label);
  return json;
}

Json json_witness(const FlowRecord& record, const WitnessFacts& witness) {
  Json json = Json::object();
  put(json, "passes", witness.passes);
  if (witness.drops == 0) return json;
  put(json, "drops", witness.drops);
  put(json, "packet", witness.packet);
  put(json, "time", witness.time);
  put(json, "side", std::string(role(witness.sender, record)));
  put(json, "reason", escaped(witness.dropped.text_shown()));
  return json;
}

Json json_fragments(const FlowRecord& record, const FragmentFacts& fragments) {
  Json json = Json::object();
  put(json, "whole", fragments.whole);
  if (fragments.incomplete == 0) return json;
  put(json, "incomplete", fragments.incomplete);
  put(json, "side", std::string(role(fragments.sender, record)));
  put(json, "packet", fragments.packet);
  put(json, "time", fragments.time);
  return json;
}

Json json_handshake(const FlowDetail& detail) {
  Json json = Json::object();
  put(json, "syn_first", detail.syn_first);
  put(json, "syn_last", detail.syn_last);
  put(json, "syn_ack_first", detail.syn_ack_first);
  put(json, "syn_ack_last", detail.syn_ack_last);
  put(json, "ack", detail.handshake_ack);
  return json;
}

}  // namespace

Json json_flow_facts(const FlowRecord& record, const FlowDetail* detail) {
  const Side client = record.initiator;
  const auto sender = [&](Side side) { return detail != nullptr ? &detail->sender(side) : nullptr; };
  Json json = {{"direction", name(record.direction)}};
  put(json, "first_packet", record.first_packet);
  put(json, "encapsulation", record.key.encapsulation);
  const bool echo = record.key.transport == Transport::icmp || record.key.transport == Transport::icmp6;
  if (echo) json["echo_id"] = record.client_endpoint().port;
  put(json, "client", json_side(record.client(), sender(client)));
  put(json, "server", json_side(record.server(), sender(other(client))));
  if (detail == nullptr) return json;
  put(json, "handshake", json_handshake(*detail));
  put(json, "exchange", json_exchange(detail->exchange));
  for (const Side side : {client, other(client)}) {
    put(json[side == client ? "client" : "server"], "application", json_application(detail->application(side)));
    put(json[side == client ? "client" : "server"], "tunnel", json_tunnel(detail->tunnels[index(side)]));
  }
  put(json, "other_encapsulation", detail->other_encapsulation, FlowDetail::kNoEncapsulation);
  put(json, "witness", json_witness(record, detail->witness));
  put(json, "fragments", json_fragments(record, detail->fragments));
  put(json, "icmp_errors", json_icmp_errors(record, *detail));
  put(json, "events", json_events(record, detail->events));
  put(json, "events_total", detail->events.total());
  return json;
}

}  // namespace whydrop
