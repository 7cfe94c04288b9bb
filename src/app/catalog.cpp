// The catalog for a command.
#include "src/app/catalog.h"

#include <utility>

#include "src/app/console.h"
#include "src/cause/embedded.h"

namespace whydrop {

std::optional<Catalog> catalog_with(const std::optional<std::string>& extra_dir) {
  auto catalog = load_catalog(embedded_catalog(), extra_dir);
  if (catalog) return std::move(*catalog);
  complain(catalog.error());
  return std::nullopt;
}

}  // namespace whydrop
