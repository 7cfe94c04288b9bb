// Parts of a capture that were read one by one, as flow records, become the flow table that one pass would have made.
#pragma once

#include <cstdint>
#include <vector>

#include "src/flow/openings.h"
#include "src/flow/record.h"
#include "src/flow/table.h"

namespace whydrop {

/// A record as a part of a capture left it.
struct PartFlow {
  Flow flow;
  bool settled = false;  ///< verdicts needed its detail no more: `flow.detail` is only to be shown
};

/// What was read of one part.
struct FlowPart {
  TrafficFacts traffic;
  std::vector<Encapsulation> carriers;  ///< in the order of their numbers
  std::vector<Datagram> datagrams;      ///< that were not whole at its end
  std::vector<PartFlow> flows;          ///< in the order of their first packets
  std::vector<Opening> openings;        ///< of a part that another precedes
};

/// Adds `part`, which follows on all that `table` holds. `part.flows` is used up.
void join(FlowTable& table, FlowPart part);

/// Counts of two parts, of which the later follows on the earlier.
TrafficFacts sum(const TrafficFacts& earlier, const TrafficFacts& later);

}  // namespace whydrop
