// Files that hold packets, or look as if they did, in a form that is not read here: what they are, and what helps.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace whydrop {

/// Bytes of a file's beginning that are enough to tell what it is.
constexpr std::size_t kForeignHead = 96;

struct Foreign {
  std::string what;     ///< "is a zip archive"
  std::string way_out;  ///< with the command that helps
};

/// Told by content, never by name. `path` is put into the command; "-" for standard input.
std::optional<Foreign> recognise_foreign(std::span<const std::uint8_t> head, const std::string& path);

/// "unpack it: gzip -dc FILE | whydrop -" for "gzip -dc".
std::string unpack_command(std::string_view unpack, const std::string& path);

}  // namespace whydrop
