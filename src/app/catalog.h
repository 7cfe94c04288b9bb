// The catalog for a command: the one compiled in, with the user's own entries over it.
#pragma once

#include <optional>
#include <string>

#include "src/cause/catalog.h"

namespace whydrop {

/// Nothing where `extra_dir` (--catalog) cannot be used; that has been complained about then.
std::optional<Catalog> catalog_with(const std::optional<std::string>& extra_dir);

}  // namespace whydrop
