// Where a capture stands when the host that captured is known by its own addresses.
#pragma once

#include "src/host/snapshot.h"
#include "src/verdict/census.h"
#include "src/verdict/finding.h"

namespace whydrop {

/// Settles the finding's vantage where `host` is one of its ends, or is known to be neither. Where the capture marks
/// the other end as the one that captured, the snapshot is of another host: then it says so, and settles nothing.
void settle_vantage(const HostSnapshot& host, const Census& census, Finding& finding);

}  // namespace whydrop
