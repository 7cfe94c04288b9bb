// Placeholders in the catalog's commands: {name} becomes the finding's own value.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/cause/diagnosis.h"

namespace whydrop {

struct PlaceholderInfo {
  std::string_view name;
  std::string_view meaning;
  /// Nothing where the finding has no such value (several clients, a transport without ports).
  std::optional<std::string> (*value)(const Finding&);
};
std::span<const PlaceholderInfo> all_placeholders();

/// The names between braces; braces around anything but a name (JSON, nft sets) are the command's own.
std::vector<std::string> placeholders_in(std::string_view command);

/// The command for this finding, or nothing where one of its placeholders has no value.
std::optional<std::string> filled(std::string_view command, const Finding& finding);

/// The same, with the placeholder's name in capitals where it has no value: for the reader to fill in.
std::string filled_or_named(std::string_view command, const Finding& finding);

/// For each system the first command whose placeholders all have values; those of `platform` come first.
std::vector<Check> filled(const std::vector<Check>& checks, const Finding& finding, std::string_view platform);
std::vector<Fix> filled(const std::vector<Fix>& fixes, const Finding& finding, std::string_view platform);

}  // namespace whydrop
