// From findings to diagnoses: ranks the catalog's causes for each finding and picks the next test.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "src/cause/diagnosis.h"
#include "src/core/error.h"
#include "src/host/knowledge.h"
#include "src/verdict/assess.h"

namespace whydrop {

class Catalog;

struct DiagnoseOptions {
  std::string platform;                 ///< --platform: whose checks come first; empty: told from the packets
  const HostKnowledge* host = nullptr;  ///< of the host that captured: settles vantages, and is evidence
  /// So many findings, from the first, get checks, fixes and a next test; the others are ranked alone.
  std::size_t in_full = std::numeric_limits<std::size_t>::max();
  /// So many, from the first, are ranked at all: those behind them are more than anybody reads.
  std::size_t ranked = kMostRanked;
  std::function<void()> breathe{};  ///< called now and then, where there is one
  unsigned threads = 1;             ///< that share the findings; 1 where somebody breathes

  static constexpr std::size_t kMostRanked = 256;
};

std::vector<Diagnosis> diagnose(const Catalog& catalog, const Assessment& assessment, const DiagnoseOptions& options);
/// Takes the findings, which may be most of what there is in memory.
std::vector<Diagnosis> diagnose(const Catalog& catalog, Assessment&& assessment, const DiagnoseOptions& options);
/// One of the assessment's findings, ranked and in full whatever its place.
Diagnosis diagnose_one(const Catalog& catalog, const Assessment& assessment, const Finding& finding,
                       const DiagnoseOptions& options);

}  // namespace whydrop
