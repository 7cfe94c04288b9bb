// What an earlier table held comes back: records as they were, and packets of which only their facts are left.
#include <algorithm>

#include "src/flow/table.h"

namespace whydrop {

FlowRecord& FlowTable::restore(const FlowRecord& record, const FlowDetail* detail) {
  if (records_.live() >= record_bound_) fold_one(record.first);
  const std::uint32_t number = records_.take();
  FlowRecord& restored = records_[number];
  restored = record;
  restored.detail = FlowRecord::kNoDetail;
  restored.is_lone_syn = false;
  if (detail != nullptr) take_detail(restored);
  if (FlowDetail* place = detail_of(restored)) *place = *detail;
  name(restored, number);
  return restored;
}

/// Of several with one key the index names the latest, as when they were opened.
void FlowTable::name(const FlowRecord& record, std::uint32_t number) {
  const std::uint64_t key_hash = hash(record.key);
  const std::uint32_t before =
      index_.find(key_hash, [&](std::uint32_t candidate) { return records_[candidate].key == record.key; });
  if (before == FlowIndex::kNone) index_.insert(key_hash, number);
  else index_.replace(key_hash, before, number);
}

FlowRecord* FlowTable::replay(const Frame& frame, PacketView& view, std::uint64_t payload_print) {
  FlowPlace place;
  const std::uint16_t encapsulation = encapsulations_.number(view.tunnel);
  locate(view.packet, encapsulation, place);
  add({frame, view, payload_print}, place);
  if (view.packet.is_icmp_error) {
    if (!view.has_quote) return nullptr;
    locate(view.quoted, encapsulation, place);
  }
  if (view.packet.transport == Transport::arp || view.packet.transport == Transport::nd) {
    place.key = neighbor_key(view.packet, encapsulation);
    place.hash = hash(place.key);
  }
  return place.names_flow() ? find(place.key, place.hash) : nullptr;
}

}  // namespace whydrop
