// From findings to diagnoses: ranks the catalog's causes for each finding and picks the next test.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "src/cause/diagnosis.h"
#include "src/core/error.h"
#include "src/verdict/assess.h"

namespace whydrop {

class Catalog;

struct DiagnoseOptions {
  std::string platform;  ///< --platform: whose checks come first; empty: told from the packets
};

std::vector<Diagnosis> diagnose(const Catalog& catalog, const Assessment& assessment, const DiagnoseOptions& options);

}  // namespace whydrop
