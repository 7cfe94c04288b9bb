// Ranks the catalog's causes for one finding: naive Bayes in log-odds.
//
// A cause applies when one of its explanations fits the finding. Its score is
//     ln(prior) + sum over its evidence of (+ weight_for if the predicate holds, - weight_against if it is contrary)
// where a weight is the natural logarithm of a likelihood ratio: how much likelier the fact is under this cause than
// under a cause that nobody has written down. That unknown cause is "none of these", with a fixed prior and no
// evidence; probabilities are exp(score), divided by their sum. A rule-out is a proof: such a cause leaves the sum and
// stands in `ruled_out` with its reason. The predicates are not independent, as naive Bayes pretends; weights are
// therefore kept modest, and calibration over recorded scenarios is what tells whether they are modest enough.
#pragma once

#include <string>
#include <vector>

#include "src/cause/catalog.h"
#include "src/cause/diagnosis.h"

namespace whydrop {

/// Prior of "none of these".
inline constexpr double kNoneOfThesePrior = 0.05;

struct ScoredCause {
  const CauseEntry* entry = nullptr;
  const Explanation* explanation = nullptr;
  std::vector<ScoreTerm> terms;
  std::vector<std::string> reasons_for;  ///< heaviest first
  std::vector<std::string> reasons_against;
  double probability = 0;
};

struct Ranking {
  std::vector<ScoredCause> causes;     ///< most likely first, families kept together
  std::vector<RankedFamily> families;  ///< most likely first; members index `causes`
  std::vector<RuledOutCause> ruled_out;
  double none_of_these = 1;
};

/// The result points into `catalog`.
Ranking rank(const Catalog& catalog, const Case& about);
Ranking rank(const Catalog&& catalog, const Case& about) = delete;

}  // namespace whydrop
