// One catalog file: YAML text to entries.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "src/cause/catalog.h"

namespace whydrop {

struct CatalogFile {
  struct Family {
    FamilyEntry entry;
    int line = 0;
  };
  struct Log {
    LogGuide guide;
    int line = 0;
  };
  std::vector<Family> families;
  std::vector<CauseEntry> causes;
  std::vector<Log> logs;
};

/// Everything is checked that the file alone can tell; references to other entries are the catalog's.
std::expected<CatalogFile, Error> parse_catalog_file(const std::string& path, const std::string& text);

}  // namespace whydrop
