// Requests, repeats and replies.
#include "src/flow/exchange_tracker.h"

#include <algorithm>

#include "src/core/hash.h"
#include "src/flow/notes.h"

namespace whydrop {
namespace {

constexpr std::size_t kHashedPayload = 64;  // enough to tell a repeat from another message

bool is_echo_request(const PacketFacts& facts) {
  return (facts.transport == Transport::icmp && facts.icmp.type == 8) ||
         (facts.transport == Transport::icmp6 && facts.icmp.type == 128);
}

bool is_association(Transport transport) { return transport == Transport::sctp || transport == Transport::dccp; }

/// Whether a packet of the initiator wants an answer of its own.
bool asks(const PacketFacts& facts) {
  if (is_association(facts.transport)) return facts.association.step == AssociationFacts::Step::request;
  return facts.transport != Transport::esp;
}

void note_application(FlowDetail& detail, const PacketFacts& facts, Side sender) {
  if (!facts.has_app) return;
  if (detail.application(sender).protocol == 0) detail.application(sender) = facts.app;
  if (facts.app.expects_reply) detail.exchange.expects_reply = true;
}

/// In the words of TCP: INIT or Request is its SYN, INIT ACK or Response its SYN-ACK, ABORT or Reset its RST.
void note_association(FlowSide& side, const AssociationFacts& association) {
  switch (association.step) {
    case AssociationFacts::Step::request: side.saw |= saw::syn; break;
    case AssociationFacts::Step::response: side.saw |= saw::syn_ack; break;
    case AssociationFacts::Step::abort: side.saw |= saw::rst; break;
    case AssociationFacts::Step::other: side.saw |= saw::ack; break;
  }
}

void count_request(ExchangeFacts& exchange, const Packet& packet) {
  if (exchange.requests == 0) exchange.first_request = packet.time();
  else exchange.last_gap = packet.time() - exchange.last_request;
  if (exchange.requests == 1) exchange.first_gap = exchange.last_gap;
  ++exchange.requests;
  ++exchange.unanswered;
  exchange.last_request = packet.time();
  exchange.last_request_packet = packet.ref();
}

void track_request(FlowDetail& detail, const Packet& packet, Side sender) {
  const PacketFacts& facts = packet.facts();
  ExchangeFacts& exchange = detail.exchange;
  exchange.to_group = exchange.to_group || (packet.view.has_macs && packet.view.dst_mac.is_group());
  if (is_echo_request(facts)) {
    const bool again = exchange.requests != 0 && facts.icmp.echo_seq == exchange.echo_seq;
    exchange.echo_seq = facts.icmp.echo_seq;
    if (again) return;  // recorded twice, or sent so: one answer is enough
  }
  // Each echo request differs in its sequence number by design: as a question it is the same one again.
  const std::uint64_t print = is_echo_request(facts) ? 1 : payload_print(packet);
  if (exchange.requests == 0) {
    exchange.payload_hash = print;
  } else if (print == exchange.payload_hash) {
    ++exchange.repeats;
  } else {
    exchange.only_repeats = false;
  }
  count_request(exchange, packet);
  add_event(&detail, packet, sender, FlowEvent::Kind::request, exchange.repeats);
}

void note_reply_gap(ExchangeFacts& exchange, Time now) {
  if (exchange.replies == 0) return;
  const Duration gap = now - exchange.last_reply;
  exchange.shortest_reply_gap = exchange.replies == 1 ? gap : std::min(exchange.shortest_reply_gap, gap);
  exchange.longest_reply_gap = std::max(exchange.longest_reply_gap, gap);
}

void track_reply(FlowDetail& detail, const Packet& packet, Side sender) {
  const PacketFacts& facts = packet.facts();
  ExchangeFacts& exchange = detail.exchange;
  note_reply_gap(exchange, packet.time());
  ++exchange.replies;
  exchange.unanswered = 0;
  exchange.last_reply = packet.time();
  if (facts.has_app) exchange.status = facts.app.status;
  if (facts.has_app && facts.app.status != 0) ++exchange.errors;
  if (facts.has_app && facts.app.truncated) exchange.truncated = true;
  add_event(&detail, packet, sender, FlowEvent::Kind::reply, facts.has_app ? facts.app.status : 0);
}

}  // namespace

std::uint64_t payload_print(const Packet& packet) {
  if (packet.known_print != 0) return packet.known_print;
  const PacketFacts& facts = packet.facts();
  const std::size_t length = std::min<std::size_t>(facts.payload_captured, kHashedPayload);
  return hash_bytes(packet.frame.bytes.subspan(facts.payload_offset, length), kHashSeed ^ facts.payload_len);
}

Initiative exchange_initiative(const Packet& packet, const FlowKey& key, Side sender) {
  const PacketFacts& facts = packet.facts();
  if (facts.transport == Transport::icmp || facts.transport == Transport::icmp6) {
    return {is_echo_request(facts) ? sender : other(sender), DirectionSource::handshake};
  }
  if (is_association(facts.transport)) {
    const AssociationFacts::Step step = facts.association.step;
    if (step == AssociationFacts::Step::request) return {sender, DirectionSource::handshake};
    if (step == AssociationFacts::Step::response) return {other(sender), DirectionSource::handshake};
  }
  if (facts.has_app && facts.app.role == ApplicationFacts::Role::request) return {sender, DirectionSource::handshake};
  // A group never asks: what is sent to it in reply (mDNS) answers nobody in particular.
  if (key.endpoint(other(sender)).address.is_multicast()) return {sender, DirectionSource::handshake};
  if (facts.has_app && facts.app.role == ApplicationFacts::Role::reply) {
    return {other(sender), DirectionSource::handshake};
  }
  return port_initiative(key, sender);
}

void track_exchange(FlowRecord& record, FlowDetail* detail, const Packet& packet, Side sender) {
  FlowSide& side = record.side(sender);
  const PacketFacts& facts = packet.facts();
  if (side.packets == 0) {
    side.ttl = facts.ip.ttl;
    if (facts.has_app && facts.app.name_len != 0) side.isn = TcpSeq{name_hash(facts.app.name_text())};
  }
  if (detail != nullptr) {
    note_ttl(detail->sender(sender), packet.facts().ip.ttl);
    append_history(record, *detail, sender, HistoryMark::data);
    note_application(*detail, packet.facts(), sender);
    if (sender != record.initiator) track_reply(*detail, packet, sender);
    else if (asks(packet.facts())) track_request(*detail, packet, sender);
  }
  ++side.packets;
  if (is_association(packet.facts().transport)) note_association(side, packet.facts().association);
  else side.saw |= saw::data;
  record.bytes[index(sender)] += facts.payload_len;
}

bool answered_at_once(const FlowRecord& record, const FlowDetail& detail) {
  const ExchangeFacts& exchange = detail.exchange;
  return record.key.transport == Transport::udp && record.packets() == 2 && exchange.requests == 1 &&
         exchange.replies == 1 && exchange.status == 0 && detail.icmp_count == 0;
}

namespace {

/// Two answers to one question, or answers that change, come from two who claim one address.
void note_mac(ExchangeFacts& exchange, const Packet& packet) {
  const MacAddress& mac = packet.facts().neighbor.sender_mac;
  if (mac == MacAddress{}) return;
  if (exchange.replies != 0 && mac != exchange.mac && exchange.mac != MacAddress{}) {
    if (exchange.mac_changes == 0) {
      exchange.mac_changed = packet.time();
      exchange.mac_packet = packet.ref();
    }
    if (exchange.unanswered == 0) exchange.two_answered = true;
    exchange.other_mac = exchange.mac;
    saturating_increment(exchange.mac_changes);
  }
  exchange.mac = mac;
}

}  // namespace

void track_neighbor(FlowRecord& record, FlowDetail* detail, const Packet& packet) {
  const bool asks = packet.facts().neighbor.kind == NeighborFacts::Kind::question;
  const Side sender = asks ? Side::low : Side::high;
  ++record.side(sender).packets;
  if (detail == nullptr) return;
  ExchangeFacts& exchange = detail->exchange;
  if (!asks) {
    note_mac(exchange, packet);
    ++exchange.replies;
    exchange.unanswered = 0;
    exchange.last_reply = packet.time();
    add_event(detail, packet, sender, FlowEvent::Kind::answer);
    return;
  }
  // The resolver waits a second before it asks again (RFC 4861, 10; Linux for ARP): sooner it was recorded again.
  constexpr Duration kSame = std::chrono::milliseconds(50);
  if (exchange.requests != 0 && packet.time() - exchange.last_request < kSame) return;
  if (exchange.requests != 0) ++exchange.repeats;
  count_request(exchange, packet);
  add_event(detail, packet, sender, FlowEvent::Kind::question, exchange.repeats);
}

}  // namespace whydrop
