// Finds the capture's quality notes and lets them weaken the findings that they touch.
#pragma once

#include <vector>

#include "src/verdict/assess.h"
#include "src/verdict/finding.h"
#include "src/verdict/quality.h"

namespace whydrop {

/// Adds the notes to `capture`, in the order of quality.def.
void note_quality(CaptureSummary& capture, const Census& census, const std::vector<FlowVerdict>& flows);

/// A forwarded packet appears once for each interface that it crosses.
bool is_of_all_interfaces(const CaptureSummary& capture);

/// Whether the verdict rests on the absence of packets that a filter hides.
bool needs_hidden_packets(VerdictId verdict, const FlowRecord& flow, const Census& census);

/// Lowers the confidence of a finding whose verdict a note affects, and says so.
void weaken_by_quality(const CaptureSummary& capture, Finding& finding);

}  // namespace whydrop
