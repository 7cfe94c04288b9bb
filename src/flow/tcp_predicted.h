// The segment that everybody expects next: in order, of an open and healthy connection.
//
// As receivers predict headers (V. Jacobson's "header prediction", 1990) so does the table: nearly all segments of a
// transfer bring the next bytes, or acknowledge some, and nothing else. A few comparisons tell, and then a third of the
// work is left. What is written is what track_tcp would write; a test holds both to the same record.
#pragma once

#include "src/flow/packet.h"
#include "src/flow/record.h"
#include "src/wire/segment.h"

namespace whydrop {

/// Whether flags alone do not say already that it is none.
inline bool may_be_expected(const SegmentFacts& segment) {
  return (segment.flags & (tcp_flag::syn | tcp_flag::fin | tcp_flag::rst | tcp_flag::ack)) == tcp_flag::ack;
}

/// False, and nothing noted, where the segment is any other: then track_tcp takes it. It starts no connection, is not
/// its side's first payload, and closes nothing.
bool track_predicted(FlowRecord& record, FlowDetail& detail, const SegmentFacts& segment, Time now, Side sender);
bool track_predicted(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender);

}  // namespace whydrop
