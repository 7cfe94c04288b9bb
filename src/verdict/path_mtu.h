// A path-MTU black hole in one direction of a flow: which sizes passed, which were lost, seen from where.
#pragma once

#include <optional>

#include "src/verdict/rules.h"

namespace whydrop {

struct BlackHole {
  Side sender{};                     ///< whose full-size segments vanish
  bool seen_at_sender = true;        ///< else told from the hole that the receiver's side shows
  bool proven = false;               ///< a smaller packet passed, or an ICMP error names the size; else only suspected
  bool quote_differs = false;        ///< that error quotes packets that nobody was seen to send
  std::uint32_t largest_passed = 0;  ///< payload bytes of one segment; 0: none known
  std::uint32_t smallest_lost = 0;
};

/// From this flow's own facts alone. A suspicion (`proven` false) needs another flow's proof or stays `stalled`.
std::optional<BlackHole> find_black_hole(const Subject& flow);

}  // namespace whydrop
