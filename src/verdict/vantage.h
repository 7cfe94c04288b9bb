// Where the capture was taken, as far as a finding's packets and hosts tell.
#pragma once

#include "src/verdict/census.h"
#include "src/verdict/finding.h"

namespace whydrop {

/// Fills `vantage` and `vantage_reasons` from what the census knows of both hosts. Two agreeing signs decide, or the
/// capture's own word; anything less leaves it unknown.
void infer_vantage(const IpAddress& client, const IpAddress& server, const Census& census, Finding& finding);

}  // namespace whydrop
