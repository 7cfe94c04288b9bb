// Ports lie: a tunnel on a UDP port looks ahead, on a copy of the reader, before it says that the packet is its own.
#pragma once

#include "src/wire/dissector.h"

namespace whydrop {

/// What it means that `ahead` ran out of bytes: a cut where the capture ended, somebody else's packet where it ended.
inline Step cut_or_declined(ByteReader& in, const ByteReader& ahead) {
  if (ahead.shortage() != StopReason::cut) return Step::declined();
  in = ahead;
  return StopReason::cut;
}

}  // namespace whydrop
