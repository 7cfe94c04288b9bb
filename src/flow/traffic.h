// What was seen of a capture as a whole while flows were tracked.
#pragma once

#include <cstdint>
#include <span>

#include "src/core/time.h"
#include "src/wire/frame.h"

namespace whydrop {

struct TrafficFacts {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  ///< captured
  Time first;
  Time last;
  Time first_packet;  ///< when it was, and the last: clocks step back
  Time last_packet;
  std::uint64_t backward_steps = 0;
  std::uint64_t icmp_packets = 0;
  std::uint64_t undissected = 0;
  std::uint64_t malformed = 0;
  std::uint64_t cut_packets = 0;
  std::uint64_t cut_quotes = 0;  ///< ICMP errors of which the capture cut the ports that they are about
  std::uint64_t fragments = 0;
  std::uint64_t stray_fragments = 0;  ///< whose first fragment was not seen before them: no ports, no flow
  std::uint64_t tunnelled = 0;        ///< packets whose carriers were opened
  std::uint64_t copies = 0;
  std::uint64_t folded = 0;  ///< records handed to the sink

  /// The next packets of the capture.
  void count(std::span<const Frame> frames);
  /// What was counted of the frames that follow.
  void append(const TrafficFacts& frames);
  /// What somebody else counted in the same frames, of those packets that he dissected.
  void add_packets(const TrafficFacts& dissected);
};

}  // namespace whydrop
