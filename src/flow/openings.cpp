// Which conversation a packet belongs to, and what of it is kept.
#include "src/flow/openings.h"

#include <utility>

#include "src/flow/exchange_tracker.h"
#include "src/flow/notes.h"
#include "src/flow/place.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {
namespace {

bool is_behind_first_fragment(const PacketFacts& facts) { return facts.has_ip && facts.ip.fragment_offset != 0; }

bool is_neighbor(const PacketFacts& facts) {
  return (facts.transport == Transport::arp || facts.transport == Transport::nd) &&
         facts.neighbor.kind != NeighborFacts::Kind::other;
}

/// What was seen before a new connection's SYN is no longer what its sides began with.
void note_words(Opening& opening, const Packet& packet, PacketFacts& kept) {
  const PacketFacts& facts = packet.facts();
  if (is_syn(facts.tcp)) opening.spoke = {};
  FlowKey ignored;
  const Side sender =
      make_key({facts.ip.src, facts.src_port}, {facts.ip.dst, facts.dst_port}, facts.transport, ignored);
  kept.has_app = facts.payload_len != 0 && !facts.tcp.has(tcp_flag::rst) && !opening.spoke[index(sender)];
  if (!kept.has_app) return;
  opening.spoke[index(sender)] = true;
  kept.app = first_words(packet);
}

}  // namespace

FlowKey tuple_of(const FlowKey& key) {
  FlowKey tuple;
  make_key(key.endpoint(Side::low), key.endpoint(Side::high), key.transport, tuple);
  return tuple;
}

FlowKey tuple_of(const PacketView& view) {
  const PacketFacts& facts = view.packet;
  if (is_neighbor(facts)) return tuple_of(neighbor_key(facts, 0));
  FlowPlace place;
  if (facts.is_icmp_error && !view.has_quote) return place.key;
  locate(facts.is_icmp_error ? view.quoted : facts, 0, place);
  if (is_behind_first_fragment(facts) || (facts.transport == Transport::tcp && facts.tcp.header_len == 0)) return {};
  return place.names_flow() ? tuple_of(place.key) : FlowKey{};
}

void Openings::add(const Frame& frame, PacketView& view) {
  const FlowKey tuple = tuple_of(view);
  if (tuple.transport == Transport::none) return;
  Opening* const opening = opening_of(tuple);
  if (opening == nullptr || opening->packets.size() == Opening::kMostPackets) return;
  const Packet packet{frame, view};
  OpeningPacket kept{.ref = frame.ref,
                     .time = frame.time,
                     .direction = view.direction,
                     .to_group = view.has_macs && view.dst_mac.is_group(),
                     .vlan = view.vlan,
                     .mpls_label = view.mpls_label,
                     .packet_id = frame.packet_id,
                     .packet = view.packet,
                     .quoted = view.has_quote ? std::make_unique<PacketFacts>(view.quoted) : nullptr,
                     .tunnel = view.tunnel,
                     .witness = view.witness};
  if (kept.quoted == nullptr && tuple.transport == Transport::tcp) note_words(*opening, packet, kept.packet);
  else if (kept.quoted == nullptr && !is_neighbor(view.packet)) kept.payload_print = payload_print(packet);
  used_ += sizeof(OpeningPacket) + (kept.quoted == nullptr ? 0 : sizeof(PacketFacts));
  opening->packets.push_back(std::move(kept));
}

Opening* Openings::opening_of(const FlowKey& tuple) {
  const std::uint64_t key_hash = hash(tuple);
  std::uint32_t number = index_.find(key_hash, [&](std::uint32_t known) { return openings_[known].tuple == tuple; });
  if (number != FlowIndex::kNone) return &openings_[number];
  if (used_ >= bound_) return nullptr;
  number = static_cast<std::uint32_t>(openings_.size());
  index_.insert(key_hash, number);
  used_ += sizeof(Opening);
  return &openings_.emplace_back(Opening{.tuple = tuple});
}

}  // namespace whydrop
