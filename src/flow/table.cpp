// Finding a packet's record, opening new ones, folding old ones.
#include "src/flow/table.h"

#include <algorithm>
#include <utility>

#include "src/flow/exchange_tracker.h"
#include "src/flow/notes.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {
namespace {

constexpr std::uint64_t kIndexShare = 16;  // bytes of index per record, at its lowest load
constexpr std::size_t kLeastRecords = 64;
constexpr unsigned kFoldSample = 32;

/// Ports of an echo flow: its identifier on both sides.
std::pair<Endpoint, Endpoint> endpoints(const PacketFacts& facts) {
  const bool echo = facts.transport == Transport::icmp || facts.transport == Transport::icmp6;
  const std::uint16_t src_port = echo ? facts.icmp.echo_id : facts.src_port;
  const std::uint16_t dst_port = echo ? facts.icmp.echo_id : facts.dst_port;
  return {{facts.ip.src, src_port}, {facts.ip.dst, dst_port}};
}

bool is_echo(const PacketFacts& facts) {
  if (facts.transport == Transport::icmp) return facts.icmp.type == 8 || facts.icmp.type == 0;
  return facts.transport == Transport::icmp6 && (facts.icmp.type == 128 || facts.icmp.type == 129);
}

/// Whether the facts name a flow: enough of the headers was read.
bool names_flow(const PacketFacts& facts) {
  switch (facts.transport) {
    case Transport::tcp:
    case Transport::udp:
    case Transport::udp_lite: return facts.has_ip && facts.has_ports;
    case Transport::icmp:
    case Transport::icmp6: return facts.has_ip && is_echo(facts);
    case Transport::none:
    case Transport::arp:
    case Transport::nd:
    case Transport::sctp:
    case Transport::dccp:
    case Transport::esp:
    case Transport::other: return false;
  }
  return false;
}

/// Probes (no sender yet), announcements (sender asks for itself) and refreshes of a known neighbour fail in silence.
bool is_real_question(const NeighborFacts& neighbor) {
  return neighbor.kind == NeighborFacts::Kind::question && neighbor.to_group && !neighbor.sender.is_unspecified() &&
         neighbor.sender != neighbor.target;
}

bool has_ended(const FlowRecord& record) {
  const auto& [low, high] = record.sides;
  return low.has(saw::rst) || high.has(saw::rst) || (low.has(saw::fin) && high.has(saw::fin));
}

void note_icmp_error(FlowDetail& detail, const Packet& packet, Side about) {
  const PacketFacts& facts = packet.facts();
  const PacketFacts& quoted = packet.view.quoted;
  const auto known = std::span(detail.icmp).first(detail.icmp_count);
  const auto same = std::ranges::find_if(known, [&](const IcmpErrorFact& error) {
    return error.type == facts.icmp.type && error.code == facts.icmp.code && error.sender == facts.ip.src &&
           error.about == about;
  });
  if (same != known.end()) {
    ++same->count;
  } else if (detail.icmp_count < FlowDetail::kIcmpErrors) {
    IcmpErrorFact& error = detail.icmp[detail.icmp_count++];
    error.sender = facts.ip.src;
    error.packet = packet.ref();
    error.time = packet.time();
    error.mtu = facts.icmp.mtu;
    error.quoted_len = quoted.ip.total_len;
    error.count = 1;
    error.type = facts.icmp.type;
    error.code = facts.icmp.code;
    error.about = about;
    error.quoted_ttl = quoted.ip.ttl;
  }
  add_event(&detail, packet, about, FlowEvent::Kind::icmp_error,
            std::uint32_t{facts.icmp.type} << 8U | facts.icmp.code);
}

/// What nearly every packet of a TCP flow touches; the rest is for events.
void prefetch_busy(const FlowDetail& detail, Side sender) {
  const SenderFacts& own = detail.sender(sender);
  __builtin_prefetch(&own, 1);
  __builtin_prefetch(own.recent.data(), 1);
  __builtin_prefetch(&own.recent.back(), 1);
  __builtin_prefetch(&detail.sender(other(sender)), 1);
}

void note_direction(FlowSide& side, FrameDirection direction) {
  if (direction == FrameDirection::outbound) side.saw |= saw::outbound;
  if (direction == FrameDirection::inbound) side.saw |= saw::inbound;
}

}  // namespace

FlowTable::FlowTable(std::uint64_t memory_bound, FlowSink folded, Details kept)
    : folded_(std::move(folded)),
      details_kept_(kept),
      record_bound_(std::max<std::size_t>(kLeastRecords, memory_bound / 2 / (sizeof(FlowRecord) + kIndexShare))),
      detail_bound_(std::max<std::size_t>(kLeastRecords, memory_bound / 2 / sizeof(FlowDetail))) {}

std::uint64_t FlowTable::memory_used() const { return index_.memory() + records_.memory() + details_.memory(); }

void FlowTable::count(const Frame& frame, const PacketView& view) {
  if (traffic_.packets == 0) traffic_.first = traffic_.last = frame.time;
  if (frame.time < newest_) ++traffic_.backward_steps;
  newest_ = frame.time;
  traffic_.first = std::min(traffic_.first, frame.time);
  traffic_.last = std::max(traffic_.last, frame.time);
  ++traffic_.packets;
  traffic_.bytes += frame.bytes.size();
  const PacketFacts& facts = view.packet;
  if (!facts.has_ip && facts.transport == Transport::none) ++traffic_.undissected;
  if (is_malformed(view.stop.reason)) ++traffic_.malformed;
  if (view.stop.reason == StopReason::cut && !view.in_quote()) ++traffic_.cut_packets;
  if (facts.has_ip && facts.ip.fragment_offset != 0) ++traffic_.fragments;
  if (facts.transport == Transport::icmp || facts.transport == Transport::icmp6) ++traffic_.icmp_packets;
}

/// In place: a Place that is put together elsewhere and copied makes the processor wait for its small fields.
void FlowTable::locate(const PacketFacts& facts, Place& place) {
  if (!names_flow(facts)) {
    place.key.transport = Transport::none;
    return;
  }
  const auto [src, dst] = endpoints(facts);
  place.sender = make_key(src, dst, facts.transport, place.key);
  place.hash = hash(place.key);
}

FlowTable::Place FlowTable::place_of(const PacketFacts& facts) {
  Place place;
  locate(facts, place);
  return place;
}

void FlowTable::add(const Frame& frame, const PacketView& view) { add({frame, view}, place_of(view.packet)); }

void FlowTable::add(std::span<const Frame> frames, std::span<const PacketView> views) {
  const auto places = std::span(places_).first(std::min(views.size(), kMostAtOnce));
  for (std::size_t at = 0; at < places.size(); ++at) {
    locate(views[at].packet, places[at]);
    index_.prefetch(places[at].hash);
  }
  prefetch(places);
  for (std::size_t at = 0; at < places.size(); ++at) add({frames[at], views[at]}, places[at]);
}

void FlowTable::prefetch(std::span<const Place> places) const {
  std::array<std::uint32_t, kMostAtOnce> numbers{};
  for (std::size_t at = 0; at < places.size(); ++at) {
    const auto first_candidate = [](std::uint32_t) { return true; };
    const bool named = places[at].key.transport != Transport::none;
    numbers[at] = named ? index_.find(places[at].hash, first_candidate) : FlowIndex::kNone;
    if (numbers[at] != FlowIndex::kNone) records_.prefetch(numbers[at]);
  }
  for (std::size_t at = 0; at < places.size(); ++at) {
    if (numbers[at] == FlowIndex::kNone) continue;
    const std::uint32_t detail = records_[numbers[at]].detail;
    if (detail != FlowRecord::kNoDetail) prefetch_busy(details_[detail], places[at].sender);
  }
}

void FlowTable::add(const Packet& packet, const Place& place) {
  count(packet.frame, packet.view);
  const PacketFacts& facts = packet.facts();
  switch (facts.transport) {
    case Transport::tcp:
      if (facts.has_ip && facts.has_ports && facts.tcp.header_len != 0) add_tcp(packet, place);
      break;
    case Transport::udp:
    case Transport::udp_lite: add_exchange(packet, place); break;
    case Transport::icmp:
    case Transport::icmp6:
      if (facts.is_icmp_error) add_icmp_error(packet);
      else add_exchange(packet, place);
      break;
    case Transport::arp:
    case Transport::nd: add_neighbor(packet); break;
    case Transport::none:
    case Transport::sctp:
    case Transport::dccp:
    case Transport::esp:
    case Transport::other: break;
  }
}

FlowRecord* FlowTable::find(const FlowKey& key, std::uint64_t key_hash) {
  const std::uint32_t number =
      index_.find(key_hash, [&](std::uint32_t candidate) { return records_[candidate].key == key; });
  return number == FlowIndex::kNone ? nullptr : &records_[number];
}

std::uint32_t FlowTable::open(const FlowKey& key, const Packet& packet, Initiative initiative) {
  if (records_.live() >= record_bound_) fold_one();
  const std::uint32_t number = records_.take();
  FlowRecord& record = records_[number];
  record.key = key;
  record.first = record.last = packet.time();
  record.first_packet = packet.ref();
  record.initiator = initiative.initiator;
  record.direction = initiative.source;
  record.vlan = packet.view.vlan;
  take_detail(record);
  return number;
}

FlowRecord& FlowTable::find_or_open(const Place& place, const Packet& packet, InitiativeOf initiative_of) {
  if (FlowRecord* known = find(place.key, place.hash)) return *known;
  const std::uint32_t number = open(place.key, packet, initiative_of(packet, place.key, place.sender));
  index_.insert(place.hash, number);
  return records_[number];
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
  // Making room may have folded the old record, and taken it out of the index.
  if (find(key, key_hash) == nullptr) index_.insert(key_hash, number);
  else index_.replace(key_hash, old_number, number);
  if (was_open) add_event(detail_of(record), packet, sender, FlowEvent::Kind::port_reuse);
  return record;
}

void FlowTable::touch(FlowRecord& record, const Packet& packet, Side sender) {
  note_direction(record.side(sender), packet.view.direction);
  record.last = std::max(record.last, packet.time());
}

void FlowTable::add_tcp(const Packet& packet, const Place& place) {
  FlowRecord* record = &find_or_open(place, packet, tcp_initiative);
  if (starts_new_connection(*record, packet, place.sender)) record = &reopen(*record, packet, place.sender);
  if (!track_tcp(*record, detail_of(*record), packet, place.sender)) {
    ++traffic_.copies;
    return;
  }
  touch(*record, packet, place.sender);
  const FlowDetail* known = detail(*record);
  if (known != nullptr && details_kept_ == Details::while_needed && ended_uneventfully(*record, *known)) {
    release_detail(*record);
  }
}

void FlowTable::take_detail(FlowRecord& record) {
  if (record.detail == FlowRecord::kNoDetail && details_.live() < detail_bound_) record.detail = details_.take();
}

void FlowTable::release_detail(FlowRecord& record) {
  if (record.detail == FlowRecord::kNoDetail) return;
  details_.release(record.detail);
  record.detail = FlowRecord::kNoDetail;
}

void FlowTable::add_exchange(const Packet& packet, Place place) {
  if (place.key.transport == Transport::none) return;
  // A host that talks to itself has one endpoint only: what kind of message it is tells the direction.
  const bool to_itself = place.key.endpoint(Side::low) == place.key.endpoint(Side::high);
  if (to_itself && exchange_initiative(packet, place.key, place.sender).initiator != place.sender) {
    place.sender = Side::high;
  }
  FlowRecord& record = find_or_open(place, packet, exchange_initiative);
  take_detail(record);  // again, where an answered question had let it go
  track_exchange(record, detail_of(record), packet, place.sender);
  touch(record, packet, place.sender);
  const FlowDetail* known = detail(record);
  if (known != nullptr && details_kept_ == Details::while_needed && answered_at_once(record, *known)) {
    release_detail(record);
  }
}

void FlowTable::add_neighbor(const Packet& packet) {
  const PacketFacts& facts = packet.facts();
  const NeighborFacts& neighbor = facts.neighbor;
  const bool asks = is_real_question(neighbor);
  if (!asks && neighbor.kind != NeighborFacts::Kind::answer) return;
  // From asker to target, unordered: each asks on its own account.
  const FlowKey key{.low = asks ? neighbor.sender : neighbor.target,
                    .high = asks ? neighbor.target : neighbor.sender,
                    .transport = facts.transport};
  const Place place{key, Side::low, hash(key)};
  if (!asks && find(key, place.hash) == nullptr) return;
  FlowRecord& record = find_or_open(place, packet, [](const Packet&, const FlowKey&, Side asker) {
    return Initiative{asker, DirectionSource::handshake};
  });
  track_neighbor(record, detail_of(record), packet);
  touch(record, packet, asks ? Side::low : Side::high);
}

void FlowTable::add_icmp_error(const Packet& packet) {
  const PacketFacts& quoted = packet.view.quoted;
  if (!packet.view.has_quote || !names_flow(quoted)) return;
  const Place place = place_of(quoted);
  // An error about a flow that was never seen opens its record: the quote is all that there is.
  FlowRecord& record = find_or_open(place, packet, [](const Packet&, const FlowKey&, Side quoted_sender) {
    return Initiative{quoted_sender, DirectionSource::first_sender};
  });
  take_detail(record);
  if (FlowDetail* detail = detail_of(record)) note_icmp_error(*detail, packet, place.sender);
  record.last = std::max(record.last, packet.time());
}

void FlowTable::fold_one() {
  std::uint32_t victim = FlowIndex::kNone;
  for (unsigned looked_at = 0; looked_at < kFoldSample; ++looked_at) {
    const std::uint32_t candidate = fold_hand_;
    fold_hand_ = (fold_hand_ + 1) % records_.extent();
    const FlowRecord& record = records_[candidate];
    if (!record.first_packet) continue;  // a free place
    if (victim == FlowIndex::kNone ||
        std::pair(!has_ended(record), record.last) < std::pair(!has_ended(records_[victim]), records_[victim].last)) {
      victim = candidate;
    }
  }
  if (victim == FlowIndex::kNone) return;
  FlowRecord& record = records_[victim];
  folded_(record, detail(record));
  ++traffic_.folded;
  index_.erase(hash(record.key), victim);
  release_detail(record);
  record = FlowRecord{};
  records_.release(victim);
}

std::vector<const FlowRecord*> FlowTable::ordered() const {
  std::vector<const FlowRecord*> live;
  live.reserve(records_.live());
  for (std::uint32_t number = 0; number < records_.extent(); ++number) {
    if (records_[number].first_packet) live.push_back(&records_[number]);
  }
  const auto earlier = [](const FlowRecord* a, const FlowRecord* b) { return a->first_packet < b->first_packet; };
  // Without a folded record they stand in order already.
  if (!std::ranges::is_sorted(live, earlier)) std::ranges::sort(live, earlier);
  return live;
}

}  // namespace whydrop
