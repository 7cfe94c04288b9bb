// How well the causes that really did it were ranked.
#include "src/report/corpus_calibration.h"

#include <algorithm>
#include <optional>

namespace whydrop {
namespace {

void add(Shares& shares, double weight, const std::optional<std::size_t>& rank) {
  shares.captures += weight;
  if (rank == 1U) shares.first += weight;
  if (rank && *rank <= 3) shares.within_3 += weight;
}

std::size_t bin_of(double probability) {
  return std::min(static_cast<std::size_t>(probability * kReliabilityBins), kReliabilityBins - 1);
}

}  // namespace

Calibration calibration_of(const CorpusResult& result) {
  Calibration calibration;
  for (const CorpusCheck& check : result.checks) {
    const auto decided = std::ranges::count_if(check.truths, &TrueCause::decided);
    for (const TrueCause& truth : check.truths) {
      const double weight = 1.0 / static_cast<double>(check.truths.size());
      ++calibration.findings;
      add(calibration.families, weight, truth.family_rank);
      if (truth.decided) add(calibration.causes, 1.0 / static_cast<double>(decided), truth.rank);
      if (truth.families.empty()) continue;  // nothing was believed
      const double probability = truth.families.front().probability;
      Calibration::Bin& bin = calibration.bins.at(bin_of(probability));
      add(bin, weight, truth.family_rank);
      bin.probability += weight * probability;
    }
  }
  return calibration;
}

}  // namespace whydrop
