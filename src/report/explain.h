// `whydrop explain`: what a verdict, a capture note, a cause, a family, a system or a client's error message means,
// from the same tables and the same catalog that reports are made of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/cause/catalog.h"
#include "src/report/paint.h"

namespace whydrop {

/// Every id, with a line each.
std::string explain_everything(const Catalog& catalog, const Paint& paint);

/// What `word` means: an id, or (part of) a message seen at a client. Nothing when it is neither.
std::optional<std::string> explain(const Catalog& catalog, std::string_view word, const Paint& paint);

/// The id nearest to a mistyped one; empty when none is near.
std::string nearest_id(const Catalog& catalog, std::string_view word);

}  // namespace whydrop
