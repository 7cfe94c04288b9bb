// How well the causes that really did it were ranked, over a whole corpus.
//
// The truth is what expectations name under `truth`, whatever else they ask for: neither `cause_within` nor a blessed
// expectation changes these figures. Each capture weighs one, shared by its findings, so that a capture with seven
// rejects does not count seven times. What was not found, or had its true cause ruled out, counts as wrong.
#pragma once

#include <array>
#include <cstddef>

#include "src/report/corpus.h"

namespace whydrop {

inline constexpr std::size_t kReliabilityBins = 5;

/// Sums over captures, each of them one.
struct Shares {
  double captures = 0;
  double first = 0;
  double within_3 = 0;
};

struct Calibration {
  /// Findings whose leading family has a probability in this fifth.
  struct Bin : Shares {
    double probability = 0;  ///< sum, of the leading family; `first`: it is the true one
  };
  Shares families;  ///< of the family of the truth
  Shares causes;    ///< of the truth itself, where the expectation says that the packets decide it
  std::array<Bin, kReliabilityBins> bins;
  std::size_t findings = 0;
};

Calibration calibration_of(const CorpusResult& result);

}  // namespace whydrop
