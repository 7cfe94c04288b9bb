// Packets on their way to their flows.
//
// A packet of a flow that was not touched lately misses the cache for its headers, its index slot, its record and its
// detail, each time because the one before had to tell where. So packets go in groups, and each group is a step behind
// the next one: while the headers of one are read, another is looked up, a third one's records tell where details are,
// and only the fourth is tracked. What a step will touch was asked for when the one before it was done.
#include "src/core/prefetch.h"
#include "src/flow/notes.h"
#include "src/flow/table.h"
#include "src/flow/tcp_predicted.h"

namespace whydrop {
namespace {

/// What nearly every packet of a TCP flow touches; the rest is for events.
void prefetch_busy(const FlowDetail& detail, Side sender) {
  const SenderFacts& own = detail.sender(sender);
  prefetch_to_write(&own);
  prefetch_to_write(own.recent.data());
  prefetch_to_write(&own.recent.back());
  prefetch_to_write(&detail.sender(other(sender)));
}

}  // namespace

void FlowTable::add(std::span<const Frame> frames, std::span<PacketView> views) {
  traffic_.count(frames);
  track(frames, views);
}

void FlowTable::add(std::span<const Frame> frames) {
  traffic_.count(frames);
  track(frames);
}

void FlowTable::track(std::span<const Frame> frames) { track(frames, {}); }

/// `views`: of all frames, or none.
void FlowTable::track(std::span<const Frame> frames, std::span<PacketView> views) {
  const std::size_t count = (frames.size() + Group::kSize - 1) / Group::kSize;
  for (std::size_t step = 0; step < count + kSteps - 1; ++step) {
    const auto behind = [&](std::size_t steps) {
      return step >= steps && step - steps < count ? &groups_[(step - steps) % kSteps] : nullptr;
    };
    if (Group* const group = behind(0)) {
      const std::size_t size = std::min(frames.size(), Group::kSize);
      group->frames = frames.first(size);
      arrive(*group, views.first(std::min(views.size(), size)));
      frames = frames.subspan(size);
      for (const Frame& frame : frames.first(std::min(frames.size(), Group::kSize))) prefetch_headers(frame);
      views = views.subspan(std::min(views.size(), size));
    }
    if (Group* const group = behind(1)) look_up(*group);
    if (Group* const group = behind(2)) prefetch_details(*group);
    if (Group* const group = behind(3)) add(*group);
  }
}

void FlowTable::arrive(Group& group, std::span<PacketView> views) {
  for (std::size_t at = 0; at < group.frames.size(); ++at) {
    Arrival& arrival = group.arrivals[at];
    if (views.empty()) {
      arrive(group.frames[at], group.views[at], arrival);
    } else {
      arrival.view = &views[at];
      locate(views[at].packet, encapsulations_.number(views[at].tunnel), arrival.place);
    }
    index_.prefetch(arrival.place.hash);
  }
}

/// What says no more than a segment is dissected when that turns out to be worth it.
inline void FlowTable::arrive(const Frame& frame, PacketView& view, Arrival& arrival) {
  if (dissectors_.read_segment(frame, arrival.segment) && may_be_expected(arrival.segment.facts)) {
    arrival.view = nullptr;
    locate(arrival.segment.ends, arrival.place);
  } else {
    arrival.view = &view;
    dissect(dissectors_, frame, view);
    locate(view.packet, encapsulations_.number(view.tunnel), arrival.place);
  }
}

void FlowTable::look_up(Group& group) {
  group.losses = index_.losses();
  for (auto& [place, segment, view] : group.arrived()) {
    const auto first_candidate = [](std::uint32_t) { return true; };
    place.likely = place.names_flow() ? index_.find(place.hash, first_candidate) : FlowIndex::kNone;
    if (place.likely != FlowIndex::kNone) records_.prefetch(place.likely);
  }
}

void FlowTable::prefetch_details(Group& group) {
  for (const auto& [place, segment, view] : group.arrived()) {
    if (place.likely == FlowIndex::kNone) continue;
    const FlowDetail* const known = detail_of(records_[place.likely]);
    if (known != nullptr) prefetch_busy(*known, place.sender);
  }
}

void FlowTable::add(Group& group) {
  for (std::size_t at = 0; at < group.frames.size(); ++at) {
    const Frame& frame = group.frames[at];
    Arrival& arrival = group.arrivals[at];
    if (index_.losses() != group.losses) arrival.place.likely = FlowIndex::kNone;
    if (arrival.view != nullptr) {
      add({frame, *arrival.view}, arrival.place);
    } else if (!add_expected(frame, arrival)) {
      dissect(dissectors_, frame, view_);
      add({frame, view_}, arrival.place, Expected::no);
    }
  }
}

/// The next segment of an open connection: false, and nothing noted, where it is any other. A flow that is known here
/// is in this table's share.
inline bool FlowTable::add_expected(const Frame& frame, const Arrival& arrival) {
  const Side sender = arrival.place.sender;
  FlowRecord* const record = find(arrival.place);
  FlowDetail* const known = record == nullptr ? nullptr : detail_of(*record);
  if (known == nullptr || !track_predicted(*record, *known, arrival.segment.facts, frame.time, sender)) return false;
  if (frame.direction != FrameDirection::unknown) note_direction(record->side(sender), frame.direction);
  record->last = std::max(record->last, frame.time);
  return true;
}

}  // namespace whydrop
