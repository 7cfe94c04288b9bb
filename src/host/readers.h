// How each part of a snapshot is read, and what the readers share.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/host/snapshot.h"

namespace whydrop {

/// Adds its part to `host`; returns what is missing and why, or nothing.
#define PART(enumerator, title) std::string read_##enumerator(HostSnapshot& host);
#include "src/host/parts.def"
#undef PART

/// False, and `value` not kept, when there are too many already.
template <typename T>
bool keep(std::vector<T>& list, T value) {
  if (list.size() >= HostSnapshot::kMost) return false;
  list.push_back(std::move(value));
  return true;
}

/// What a small file of /proc holds, at most 1 MiB of it; nothing when it cannot be read.
std::optional<std::string> file_text(const std::string& path);
/// "no such file or directory".
std::string system_error(int number);
/// A file that holds one number, and white space.
std::optional<std::int64_t> file_number(const std::string& path);
/// "net.ipv4.ip_forward" as a path below /proc/sys.
std::string setting_path(std::string_view name);

}  // namespace whydrop
