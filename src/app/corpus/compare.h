// Compares what a capture showed with what it must show. A pure function of both.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "src/app/corpus/expectation.h"
#include "src/cause/diagnosis.h"
#include "src/report/corpus.h"

namespace whydrop {

struct Comparison {
  std::vector<std::string> differences;              ///< readable lines; none: everything is as expected
  std::vector<std::optional<std::size_t>> partners;  ///< of each expected finding: the one in the report that fits it
  std::vector<VerdictId> matched;
  std::vector<VerdictId> missed;
  std::vector<VerdictId> unexpected;
  std::vector<CauseRank> causes;
  std::vector<TrueCause> truths;
};

/// Whether a finding that nobody expects is one too many.
bool is_unwanted(const Finding& finding, const Expectation& expectation);

Comparison compare(const Expectation& expectation, const Report& report);

}  // namespace whydrop
