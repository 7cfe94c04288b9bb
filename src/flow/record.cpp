// The bounded event history.
#include "src/flow/record.h"

#include "src/core/hash.h"

namespace whydrop {

void EventLog::add(const FlowEvent& event) {
  const std::size_t at = total_ < kFirst ? total_ : kFirst + (total_ - kFirst) % kLast;
  events_[at] = event;
  ++total_;
}

EventLog EventLog::of(std::span<const FlowEvent> events, std::uint32_t total) {
  EventLog log;
  // Those that are missing came behind the first ones.
  const auto missing = total - static_cast<std::uint32_t>(events.size());
  for (std::size_t at = 0; at < events.size(); ++at) {
    if (at == kFirst) log.skip(missing);
    log.add(events[at]);
  }
  return log;
}

const FlowEvent& EventLog::operator[](std::size_t at) const {
  if (at < kFirst || total_ <= kFirst + kLast) return events_[at];
  return events_[kFirst + (total_ - kFirst + (at - kFirst)) % kLast];
}

const FlowEvent* EventLog::find_first(FlowEvent::Kind kind) const {
  for (std::size_t at = 0; at < size(); ++at) {
    if ((*this)[at].kind == kind) return &(*this)[at];
  }
  return nullptr;
}

const FlowEvent* EventLog::find_last(FlowEvent::Kind kind) const {
  for (std::size_t at = size(); at > 0; --at) {
    if ((*this)[at - 1].kind == kind) return &(*this)[at - 1];
  }
  return nullptr;
}

std::uint32_t name_hash(std::string_view name) {
  std::uint64_t state = kHashSeed;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    state = hash_mix(state, static_cast<unsigned char>(upper ? c - 'A' + 'a' : c));
  }
  return static_cast<std::uint32_t>(state >> 32U) | 1U;
}

}  // namespace whydrop
