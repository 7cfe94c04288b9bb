// Details of flows: taken where there is something to note, let go when verdicts need them no more.
#include "src/flow/exchange_tracker.h"
#include "src/flow/table.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {

const FlowDetail* FlowTable::detail(const FlowRecord& record, FlowDetail& recalled) const {
  if (!record.is_lone_syn) return detail(record);
  recalled = FlowDetail{};
  recall(record, *held(record).lone_syn, recalled);
  return &recalled;
}

void FlowTable::keep_lone_syn(std::uint32_t number, const Packet& packet) {
  FlowRecord& record = records_[number];
  // What is to be shown of a flow is its detail.
  if (details_kept_ == Details::kept_to_show) return take_detail(record);
  if (lone_syns_.live() >= lone_syn_bound_) fold_lone_syn(packet.time());
  record.detail = lone_syns_.take();
  record.is_lone_syn = true;
  lone_syns_[record.detail] = lone_syn(packet.facts());
  lone_syns_[record.detail].record = number;
}

void FlowTable::take_detail(FlowRecord& record) {
  if (record.has_detail()) return;
  if (!shown_.empty()) forget_shown(record);
  const bool has_room = details_.live() < detail_bound_;
  const std::uint32_t taken = has_room ? details_.take() : FlowRecord::kNoDetail;
  if (record.is_lone_syn) {
    if (has_room) recall(record, lone_syns_[record.detail], details_[taken]);
    release_detail(record);
  }
  record.detail = taken;
}

void FlowTable::release_detail(FlowRecord& record) {
  if (record.detail == FlowRecord::kNoDetail) return;
  if (record.is_lone_syn) lone_syns_.release(record.detail);
  else details_.release(record.detail);
  record.detail = FlowRecord::kNoDetail;
  record.is_lone_syn = false;
}

void FlowTable::settle(FlowRecord& record) {
  const FlowDetail* known = detail_of(record);
  if (known == nullptr) return;
  const bool tcp = record.key.transport == Transport::tcp;
  if (!(tcp ? ended_uneventfully(record, *known) : answered_at_once(record, *known))) return;
  if (details_kept_ == Details::while_needed) return release_detail(record);
  shown_[&record] = record.detail;
  record.detail = FlowRecord::kNoDetail;
}

const FlowDetail* FlowTable::shown_detail(const FlowRecord& record) const {
  const FlowTable& holder = home(record);
  const auto found = holder.shown_.find(&record);
  return found == holder.shown_.end() ? detail(record) : &holder.details_[found->second];
}

void FlowTable::forget_shown(const FlowRecord& record) {
  const auto found = shown_.find(&record);
  if (found == shown_.end()) return;
  details_.release(found->second);
  shown_.erase(found);
}

}  // namespace whydrop
