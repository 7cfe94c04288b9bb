// Several tables that share the flows of a capture: who takes a packet, and how they become one again.
#include <algorithm>
#include <iterator>
#include <utility>

#include "src/flow/table.h"

namespace whydrop {
namespace {

/// Is compared in place: millions of records are not to be visited twenty times each.
using Numbered = std::pair<PacketRef, const FlowRecord*>;

}  // namespace

bool FlowTable::is_ours(const PacketView& view, const FlowPlace& place) const {
  if (place.names_flow()) return share_.has(place.key);
  const PacketFacts& facts = view.packet;
  if (facts.is_icmp_error && view.has_quote) {
    FlowPlace quoted;
    locate(view.quoted, place.key.encapsulation, quoted);
    if (quoted.names_flow()) return share_.has(quoted.key);
  }
  const bool asks_or_answers = (facts.transport == Transport::arp || facts.transport == Transport::nd) &&
                               facts.neighbor.kind != NeighborFacts::Kind::other;
  return asks_or_answers ? share_.has(neighbor_key(facts, place.key.encapsulation)) : share_.is_first();
}

void FlowTable::adopt(std::vector<std::unique_ptr<FlowTable>> others) {
  for (auto& other : others) {
    traffic_.add_packets(other->traffic_);
    others_.push_back(std::move(other));
  }
}

const FlowTable& FlowTable::holder(const FlowRecord& record) const {
  const auto found = std::ranges::find_if(others_, [&](const auto& other) { return other->records_.holds(record); });
  return found == others_.end() ? *this : **found;
}

void FlowTable::take_over(const FlowTable& whole) {
  traffic_ = whole.traffic_;
  encapsulations_ = whole.encapsulations_;
  fragments_.take_over(whole.fragments_);
  for (const FlowRecord* record : whole.ordered()) copy(*record, whole.home(*record));
}

void FlowTable::copy(const FlowRecord& record, const FlowTable& from) {
  const std::uint32_t number = records_.take();
  FlowRecord& copied = records_[number] = record;
  name(copied, number);
  if (record.is_lone_syn) {
    copied.detail = lone_syns_.take();
    lone_syns_[copied.detail] = from.lone_syns_[record.detail];
    lone_syns_[copied.detail].record = number;
  } else if (const FlowDetail* const shown = from.shown_detail(record)) {
    const std::uint32_t place = details_.take();
    details_[place] = *shown;
    if (record.has_detail()) copied.detail = place;
    else shown_[&copied] = place;
  }
}

std::vector<const FlowRecord*> FlowTable::ordered() const {
  std::vector<Numbered> live;
  live.reserve(records_.live());
  const auto add_live = [&live](const FlowTable& table) {
    const auto before = std::ssize(live);
    for (std::uint32_t number = 0; number < table.records_.extent(); ++number) {
      const FlowRecord& record = table.records_[number];
      if (record.first_packet) live.emplace_back(record.first_packet, &record);
    }
    const auto own = std::ranges::subrange(live.begin() + before, live.end());
    // Without a folded record they stand in order already.
    if (!std::ranges::is_sorted(own)) std::ranges::sort(own);
    std::ranges::inplace_merge(live, own.begin());
  };
  add_live(*this);
  for (const auto& other : others_) add_live(*other);
  std::vector<const FlowRecord*> ordered;
  ordered.reserve(live.size());
  for (const auto& [first_packet, record] : live) ordered.push_back(record);
  return ordered;
}

}  // namespace whydrop
