// Finds the capture's quality notes and lets them weaken the findings that they touch.
#pragma once

#include <vector>

#include "src/verdict/assess.h"
#include "src/verdict/finding.h"
#include "src/verdict/quality.h"

namespace whydrop {

/// Adds the notes to `capture`, in the order of quality.def.
void note_quality(CaptureSummary& capture, const std::vector<FlowVerdict>& flows);

/// Lowers the confidence of a finding whose verdict a note affects, and says so.
void weaken_by_quality(const CaptureSummary& capture, Finding& finding);

}  // namespace whydrop
