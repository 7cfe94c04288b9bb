// Compares what a capture showed with what it must show. A pure function of both.
#pragma once

#include <string>
#include <vector>

#include "src/app/corpus/expectation.h"
#include "src/cause/diagnosis.h"
#include "src/report/corpus.h"

namespace whydrop {

struct Comparison {
  std::vector<std::string> differences;  ///< readable lines; none: everything is as expected
  std::vector<VerdictId> matched;
  std::vector<VerdictId> missed;
  std::vector<VerdictId> unexpected;
  std::vector<CauseRank> causes;
};

Comparison compare(const Expectation& expectation, const Report& report);

}  // namespace whydrop
