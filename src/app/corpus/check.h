// Runs the check of every capture under a folder.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "src/cause/catalog.h"
#include "src/core/error.h"
#include "src/report/corpus.h"

namespace whydrop {

struct CorpusOptions {
  std::string directory;
  unsigned jobs = 1;
  double patience = 1.0;
  bool bless = false;  ///< rewrite the expectations that do not hold, write those that are missing
};

/// An error when the folder cannot be read, or holds no capture.
std::expected<CorpusResult, Error> check_corpus(const CorpusOptions& options, const Catalog& catalog);

}  // namespace whydrop
