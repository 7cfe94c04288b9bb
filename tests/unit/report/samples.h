// Hand-made reports for the tests of the report room.
#pragma once

#include <cstddef>
#include <string>

#include "src/cause/diagnosis.h"

namespace whydrop::sample {

/// 2026-11-21 05:25:37.5 UTC and so many seconds.
Time at(double seconds);

/// One file of 48 packets in 12.4 s.
CaptureSummary capture();

/// SYNs from 10.9.1.2 to 10.9.2.2:443 that nothing answers, seen at the server.
Finding silence();

/// `silence` with a family of three causes, a cause that stands alone, and a next test.
Diagnosis silence_explained();

/// 20 flows, all ok.
Report healthy();

/// 20 flows, `findings` different services of 10.9.2.2 failing.
Report failing(std::size_t findings);

/// What packets and file names can hold to harm a terminal.
std::string hostile_text();

/// `failing(findings)` with `hostile_text` in every string that can come from outside.
Report hostile(std::size_t findings);

/// `failing(findings)` between the longest IPv6 addresses.
Report long_addresses(std::size_t findings);

}  // namespace whydrop::sample
