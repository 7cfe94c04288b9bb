// What is read of most Ethernet frames for a tenth of the price of a dissection.
#pragma once

#include <optional>

#include "src/wire/frame.h"
#include "src/wire/segment.h"

namespace whydrop {

/// Of an Ethernet frame that carries a TCP segment in the usual way: the ends that `dissect` would find. Nothing for
/// all others.
std::optional<Ends> usual_ends(const Frame& frame);

/// The same with all that a segment says, which has no options but timestamps. False, and `segment` is of no use, where
/// it says more, or its headers were cut. `frame` is Ethernet.
bool read_ethernet_segment(const Frame& frame, Segment& segment);

}  // namespace whydrop
