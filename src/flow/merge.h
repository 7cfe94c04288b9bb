// Two partial records of one flow, an earlier and a later one, become the record that one pass would have made.
#pragma once

#include "src/flow/record.h"

namespace whydrop {

/// What a later part saw of a flow: its record when its opening packets had been, and at its end.
struct LaterPart {
  Flow then;
  Flow now;
};

/// Adds what came between `part.then` and `part.now` to a record that knows all that came before. `detail` is its own,
/// and may be null.
void add_rest(FlowRecord& record, FlowDetail* detail, const LaterPart& part);

/// Forgets retransmissions if all of them came after the FINs of both sides.
FlowDetail without_what_followed_close(const FlowDetail& seen);

}  // namespace whydrop
