// Finding a packet's record, opening new ones and counting.
#include "src/flow/table.h"

#include <algorithm>
#include <utility>

#include "src/flow/exchange_tracker.h"
#include "src/flow/notes.h"
#include "src/flow/tcp_predicted.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {
namespace {

// Bytes that a record costs in all: an index that was just doubled, and what judging keeps of each flow.
constexpr std::uint64_t kIndexShare = 24;
constexpr std::uint64_t kJudgingShare = 40;
constexpr std::uint64_t kRecordCost = sizeof(FlowRecord) + sizeof(LoneSyn) + kIndexShare + kJudgingShare;
constexpr std::size_t kLeastRecords = 64;

/// Probes (no sender yet), announcements (sender asks for itself) and refreshes of a known neighbour fail in silence.
bool is_real_question(const NeighborFacts& neighbor) {
  return neighbor.kind == NeighborFacts::Kind::question && neighbor.to_group && !neighbor.sender.is_unspecified() &&
         neighbor.sender != neighbor.target;
}

/// The quoted packet had ports, but the capture does not.
bool lost_its_ports(const PacketView& view) {
  constexpr std::uint8_t kTcp = 6;
  constexpr std::uint8_t kUdp = 17;
  const PacketFacts& quoted = view.quoted;
  const bool with_ports = quoted.ip.protocol == kTcp || quoted.ip.protocol == kUdp;
  return view.stop.reason == StopReason::cut && quoted.has_ip && with_ports && quoted.ip.fragment_offset == 0;
}

}  // namespace

FlowTable::FlowTable(const DissectorTable& dissectors, std::uint64_t memory_bound, FlowSink folded, Details kept,
                     const Share& share)
    : dissectors_(dissectors),
      share_(share),
      folded_(std::move(folded)),
      details_kept_(kept),
      record_bound_(std::max<std::size_t>(kLeastRecords, memory_bound / 2 / kRecordCost)),
      detail_bound_(std::max<std::size_t>(kLeastRecords, memory_bound / 2 / sizeof(FlowDetail))),
      records_(record_bound_),
      details_(detail_bound_),
      lone_syns_(record_bound_),
      fragments_([this](const Datagram& datagram) { note_incomplete(datagram); }) {
  record_bound_ = std::min({record_bound_, records_.most(), lone_syns_.most()});
  detail_bound_ = std::min(detail_bound_, details_.most());
}

std::uint64_t FlowTable::memory_used() const {
  return index_.memory() + records_.memory() + details_.memory() + lone_syns_.memory();
}

inline void FlowTable::count_kind(const PacketView& view) {
  const bool is_usual = view.packet.transport == Transport::tcp && view.stop.reason == StopReason::none &&
                        view.tunnel.depth == 0 && !view.packet.ip.is_fragment();
  if (!is_usual) count_unusual(view);
}

void FlowTable::count_unusual(const PacketView& view) {
  const PacketFacts& facts = view.packet;
  if (view.tunnel.depth != 0) ++traffic_.tunnelled;
  else if (!facts.has_ip && facts.transport == Transport::none) ++traffic_.undissected;
  if (is_malformed(view.stop.reason)) ++traffic_.malformed;
  if (view.stop.reason == StopReason::cut && !view.in_quote()) ++traffic_.cut_packets;
  if (facts.has_ip && facts.ip.is_fragment()) ++traffic_.fragments;
  if (facts.transport == Transport::icmp || facts.transport == Transport::icmp6) ++traffic_.icmp_packets;
}

inline void FlowTable::touch(FlowRecord& record, const Packet& packet, Side sender) {
  const PacketView& view = packet.view;
  if (view.direction != FrameDirection::unknown) note_direction(record.side(sender), view.direction);
  if (has_carriage(view)) note_carriage_of(record, packet, sender);
  record.last = std::max(record.last, packet.time());
}

void FlowTable::note_carriage_of(FlowRecord& record, const Packet& packet, Side sender) {
  take_detail(record);
  if (FlowDetail* detail = detail_of(record)) note_carriage(*detail, packet, sender);
}

void FlowTable::add(const Packet& packet, const FlowPlace& place, Expected expected) {
  const PacketFacts& facts = packet.facts();
  if (facts.has_ip && facts.ip.is_fragment()) add_fragment(packet, place);
  if (!share_.is_all() && !is_ours(packet.view, place)) return;
  count_kind(packet.view);
  // Asked of the facts: a packet in a file that shrinks may have become another one since it was located.
  const bool is_segment = facts.transport == Transport::tcp && facts.tcp.header_len != 0 && place.names_flow();
  if (is_segment) add_tcp(packet, place, expected);
  else add_other(packet, place);
}

void FlowTable::add_other(const Packet& packet, const FlowPlace& place) {
  const PacketFacts& facts = packet.facts();
  switch (facts.transport) {
    case Transport::udp:
    case Transport::udp_lite:
    case Transport::sctp:
    case Transport::dccp:
    case Transport::esp: add_exchange(packet, place); break;
    case Transport::icmp:
    case Transport::icmp6:
      if (facts.is_icmp_error) add_icmp_error(packet, place.key.encapsulation);
      else add_exchange(packet, place);
      break;
    case Transport::arp:
    case Transport::nd: add_neighbor(packet, place.key.encapsulation); break;
    case Transport::none:
    case Transport::tcp:  // cut: its ports and no more
    case Transport::other: break;
  }
}

FlowRecord* FlowTable::find(const FlowKey& key, std::uint64_t key_hash) {
  const std::uint32_t number = index_.find(key_hash, [&](std::uint32_t candidate) {
    const FlowRecord& record = records_[candidate];
    return record.key == key || is_carried_otherwise(record, key);
  });
  return number == FlowIndex::kNone ? nullptr : &records_[number];
}

/// Whether `key` is that of the direction that takes another tunnel than the first.
bool FlowTable::is_carried_otherwise(const FlowRecord& record, const FlowKey& key) const {
  if (record.key.encapsulation == key.encapsulation) return false;
  const FlowDetail* known = detail(record);
  return known != nullptr && known->other_encapsulation == key.encapsulation && record.key.is_same_tuple(key);
}

/// A SYN-ACK that came another way than its SYN (another tunnel, or none): sequence arithmetic says that it belongs.
FlowRecord* FlowTable::find_syn_carried_otherwise(const FlowPlace& place, const Packet& packet) {
  const TcpFacts& tcp = packet.facts().tcp;
  if (packet.facts().transport != Transport::tcp || !is_syn_ack(tcp)) return nullptr;
  const std::uint32_t number = index_.find(place.hash, [&](std::uint32_t candidate) {
    const FlowRecord& record = records_[candidate];
    return record.key.is_same_tuple(place.key) && record.side(place.sender).packets == 0 &&
           record.side(other(place.sender)).has(saw::syn) && tcp.ack == record.side(other(place.sender)).next;
  });
  if (number == FlowIndex::kNone) return nullptr;
  FlowDetail* const known = detail(records_[number]);
  if (known == nullptr) return nullptr;
  known->other_encapsulation = place.key.encapsulation;
  return &records_[number];
}

std::uint32_t FlowTable::open(const FlowKey& key, const Packet& packet, Initiative initiative) {
  if (records_.live() >= record_bound_) fold_one(packet.time());
  const std::uint32_t number = records_.take();
  FlowRecord& record = records_[number];
  record.key = key;
  record.first = record.last = packet.time();
  record.first_packet = packet.ref();
  record.initiator = initiative.initiator;
  record.direction = initiative.source;
  record.vlan = packet.view.vlan;
  return number;
}

inline FlowRecord& FlowTable::find_or_open(const FlowPlace& place, const Packet& packet, InitiativeOf initiative_of) {
  FlowRecord* const known = find(place);
  return known != nullptr ? *known : open(place, packet, initiative_of);
}

FlowRecord& FlowTable::open(const FlowPlace& place, const Packet& packet, InitiativeOf initiative_of) {
  if (FlowRecord* known = find_syn_carried_otherwise(place, packet)) return *known;
  const std::uint32_t number = open(place.key, packet, initiative_of(packet, place.key, place.sender));
  index_.insert(place.hash, number);
  FlowRecord& record = records_[number];
  if (is_plain_syn(packet)) keep_lone_syn(number, packet);
  else take_detail(record);
  return record;
}

/// The old connection's record stays, to be judged; the index names the new one.
FlowRecord& FlowTable::reopen(FlowRecord& old, const Packet& packet, Side sender) {
  const FlowKey key = old.key;
  const bool was_open = !has_ended(old);
  const std::uint64_t key_hash = hash(key);
  const std::uint32_t old_number =
      index_.find(key_hash, [&](std::uint32_t candidate) { return &records_[candidate] == &old; });
  const std::uint32_t number = open(key, packet, tcp_initiative(packet, key, sender));
  FlowRecord& record = records_[number];
  take_detail(record);
  // Making room may have folded the old record, and taken it out of the index.
  if (find(key, key_hash) == nullptr) index_.insert(key_hash, number);
  else index_.replace(key_hash, old_number, number);
  if (was_open) add_event(detail_of(record), packet, sender, FlowEvent::Kind::port_reuse);
  return record;
}

void FlowTable::add_tcp(const Packet& packet, const FlowPlace& place, Expected expected) {
  FlowRecord* record = &find_or_open(place, packet, tcp_initiative);
  FlowDetail* const known = expected == Expected::no ? nullptr : detail_of(*record);
  if (known != nullptr && track_predicted(*record, *known, packet, place.sender))
    return touch(*record, packet, place.sender);
  const bool may_start = packet.facts().tcp.has(tcp_flag::syn);
  if (may_start && starts_new_connection(*record, packet, place.sender))
    record = &reopen(*record, packet, place.sender);
  if (record->is_lone_syn && record->packets() != 0 &&
      !repeat(lone_syns_[record->detail], *record, packet, place.sender)) {
    take_detail(*record);
  }
  const bool speaks = packet.facts().payload_len != 0 && !record->side(place.sender).has(saw::data);
  if (speaks) note_words(*record, packet, place.sender);
  if (!track_tcp(*record, detail_of(*record), packet, place.sender)) {
    ++traffic_.copies;
    return;
  }
  touch(*record, packet, place.sender);
  if (closed_cleanly(*record)) settle(*record);
}

/// Of a side's first payload: only that is worth a look at what it says.
void FlowTable::note_words(const FlowRecord& record, const Packet& packet, Side sender) {
  FlowDetail* detail = detail_of(record);
  if (detail == nullptr || packet.facts().tcp.has(tcp_flag::rst)) return;
  dissect_tcp_payload(dissectors_, packet.frame, packet.view);
  detail->application(sender) = first_words(packet);
}

void FlowTable::add_exchange(const Packet& packet, FlowPlace place) {
  if (!place.names_flow()) return;
  // A host that talks to itself has one endpoint only: what kind of message it is tells the direction.
  const bool to_itself = place.key.endpoint(Side::low) == place.key.endpoint(Side::high);
  if (to_itself && exchange_initiative(packet, place.key, place.sender).initiator != place.sender) {
    place.sender = Side::high;
  }
  FlowRecord& record = find_or_open(place, packet, exchange_initiative);
  take_detail(record);  // again, where an answered question had let it go
  track_exchange(record, detail_of(record), packet, place.sender);
  touch(record, packet, place.sender);
  settle(record);
}

void FlowTable::add_neighbor(const Packet& packet, std::uint16_t encapsulation) {
  const PacketFacts& facts = packet.facts();
  const NeighborFacts& neighbor = facts.neighbor;
  const bool asks = is_real_question(neighbor);
  if (!asks && neighbor.kind != NeighborFacts::Kind::answer) return;
  const FlowKey key = neighbor_key(facts, encapsulation);
  const FlowPlace place{key, Side::low, hash(key)};
  if (!asks && find(key, place.hash) == nullptr) return;
  FlowRecord& record = find_or_open(place, packet, [](const Packet&, const FlowKey&, Side asker) {
    return Initiative{asker, DirectionSource::handshake};
  });
  track_neighbor(record, detail_of(record), packet);
  touch(record, packet, asks ? Side::low : Side::high);
}

void FlowTable::add_icmp_error(const Packet& packet, std::uint16_t encapsulation) {
  if (!packet.view.has_quote) return;
  FlowPlace place;
  locate(packet.view.quoted, encapsulation, place);
  if (!place.names_flow()) {
    if (lost_its_ports(packet.view)) ++traffic_.cut_quotes;
    return;
  }
  // An error about a flow that was never seen opens its record: the quote is all that there is.
  FlowRecord& record = find_or_open(place, packet, [](const Packet&, const FlowKey&, Side quoted_sender) {
    return Initiative{quoted_sender, DirectionSource::first_sender};
  });
  take_detail(record);
  if (FlowDetail* detail = detail_of(record)) note_icmp_error(*detail, packet, place.sender);
  record.last = std::max(record.last, packet.time());
}

/// The first fragment names the flow, and is one of its packets like any other; those behind it have no ports. So a
/// table with a share looks at all of them.
void FlowTable::add_fragment(const Packet& packet, const FlowPlace& place) {
  Datagram& datagram = fragments_.add(packet);
  if (packet.facts().ip.fragment_offset == 0) {
    if (!place.names_flow()) return;
    datagram.has_first = true;
    datagram.flow = place.key;
    datagram.flow_hash = place.hash;
    datagram.sender = place.sender;
    return;
  }
  if (!(datagram.has_first ? share_.has(datagram.flow) : share_.is_first())) return;
  FlowRecord* record = datagram.has_first ? find(datagram.flow, datagram.flow_hash) : nullptr;
  if (record == nullptr) {
    ++traffic_.stray_fragments;
    return;
  }
  ++record->side(datagram.sender).packets;
  record->bytes[index(datagram.sender)] += packet.facts().ip.fragment_len;
  touch(*record, packet, datagram.sender);
  if (datagram.is_open()) return;
  if (FlowDetail* detail = detail_of(*record)) ++detail->fragments.whole;
}

void FlowTable::note_incomplete(const Datagram& datagram) {
  FlowRecord* record = datagram.has_first ? find(datagram.flow, datagram.flow_hash) : nullptr;
  if (record == nullptr) return;
  take_detail(*record);
  FlowDetail* detail = detail_of(*record);
  if (detail == nullptr) return;
  FragmentFacts& facts = detail->fragments;
  if (facts.incomplete == 0) {
    facts.sender = datagram.sender;
    facts.packet = datagram.last_packet;
    facts.time = datagram.last;
  }
  ++facts.incomplete;
}

void FlowTable::finish() {
  constexpr Duration kStillComing = std::chrono::seconds(1);
  give_up_fragments(traffic_.last - kStillComing);
  for (const auto& other : others_) other->give_up_fragments(traffic_.last - kStillComing);
}

}  // namespace whydrop
