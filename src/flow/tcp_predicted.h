// The segment that everybody expects next: in order, of an open and healthy connection.
//
// As receivers predict headers (V. Jacobson's "header prediction", 1990) so does the table: nearly all segments of a
// transfer bring the next bytes, or acknowledge some, and nothing else. A few comparisons tell, and then a third of the
// work is left. What is written is what track_tcp would write; a test holds both to the same record.
#pragma once

#include "src/flow/packet.h"
#include "src/flow/record.h"

namespace whydrop {

/// False, and nothing noted, where the segment is any other: then track_tcp takes it. It starts no connection, is not
/// its side's first payload, and closes nothing.
bool track_predicted(FlowRecord& record, FlowDetail& detail, const Packet& packet, Side sender);

}  // namespace whydrop
