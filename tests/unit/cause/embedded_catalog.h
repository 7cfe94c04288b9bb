// The catalog that is compiled in, for tests.
#pragma once

#include "src/cause/catalog.h"
#include "src/cause/embedded.h"
#include "tests/support/catch.h"

namespace whydrop {

inline const Catalog& embedded() {
  static const auto catalog = load_catalog(embedded_catalog(), std::nullopt);
  if (!catalog) FAIL(catalog.error().message());
  return *catalog;
}

}  // namespace whydrop
