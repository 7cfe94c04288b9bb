// The pieces of add_rest, and the few ways in which facts add up.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "src/flow/merge.h"

namespace whydrop {

/// A counter takes what it grew by; small ones saturate, as where they are counted.
template <typename Count>
void add_growth(Count& sum, Count then, Count now) {
  const Count growth = static_cast<Count>(now - then);
  const Count room = static_cast<Count>(std::numeric_limits<Count>::max() - sum);
  sum = static_cast<Count>(sum + (growth < room ? growth : room));
}

/// Of a largest value only what is new counts.
template <typename T>
void raise(T& most, const T& then, const T& now) {
  if (now > then && now > most) most = now;
}

/// What is noted once keeps its first value.
template <typename T>
void keep_first(T& kept, const T& later) {
  if (kept == T{}) kept = later;
}

/// What is noted again and again has its last one.
template <typename T>
void take_changed(T& kept, const T& then, const T& now) {
  if (now != then) kept = now;
}

/// How much further the flow's own counts were when the later part's began to differ.
struct EventShift {
  std::array<std::uint32_t, 2> tries{};
  std::uint32_t repeats = 0;
};
EventShift shift_of(const FlowRecord& record, const FlowDetail& detail, const FlowRecord& then_record,
                    const FlowDetail& then);

/// Of both sides as senders of TCP data, with silences, resets and closed windows.
void add_senders(const FlowRecord& record, FlowDetail& detail, const FlowDetail& then, const LaterPart& part);
void add_exchange(FlowDetail& detail, const FlowDetail& then, const LaterPart& part, Side initiator);
/// Frames that turn out to be larger than a segment.
void note_offload(FlowRecord& record, const FlowDetail& detail);
/// What was missing or stuck before the rest, and was acknowledged in it.
void end_troubles(FlowRecord& record, FlowDetail& detail, const LaterPart& part);

}  // namespace whydrop
