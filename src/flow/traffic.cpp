// Counting frames, and adding up what several counted.
#include "src/flow/traffic.h"

#include <algorithm>

namespace whydrop {

void TrafficFacts::count(std::span<const Frame> frames) {
  if (frames.empty()) return;
  if (packets == 0) first = last = first_packet = last_packet = frames.front().time;
  packets += frames.size();
  for (const Frame& frame : frames) {
    bytes += frame.bytes.size();
    if (frame.time < last_packet) {
      ++backward_steps;
      first = std::min(first, frame.time);
    }
    last = std::max(last, frame.time);
    last_packet = frame.time;
  }
}

void TrafficFacts::append(const TrafficFacts& frames) {
  if (frames.packets == 0) return;
  if (packets == 0) {
    first = frames.first;
    last = frames.last;
    first_packet = last_packet = frames.first_packet;
  }
  packets += frames.packets;
  bytes += frames.bytes;
  backward_steps += frames.backward_steps + (frames.first_packet < last_packet ? 1 : 0);
  first = std::min(first, frames.first);
  last = std::max(last, frames.last);
  last_packet = frames.last_packet;
}

void TrafficFacts::add_packets(const TrafficFacts& dissected) {
  icmp_packets += dissected.icmp_packets;
  undissected += dissected.undissected;
  malformed += dissected.malformed;
  cut_packets += dissected.cut_packets;
  cut_quotes += dissected.cut_quotes;
  fragments += dissected.fragments;
  stray_fragments += dissected.stray_fragments;
  tunnelled += dissected.tunnelled;
  copies += dissected.copies;
}

}  // namespace whydrop
