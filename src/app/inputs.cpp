// Looks at the first packet of each file before the real reading begins.
#include "src/app/inputs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "src/capture/source.h"

namespace whydrop {
namespace {

bool is_regular(const std::string& path) {
  std::error_code ignored;
  return path != "-" && std::filesystem::is_regular_file(path, ignored);
}

/// Errors are left to the real reading, which reports them.
std::optional<Time> first_packet_time(const std::string& path) {
  const auto source = open_capture(path, 0);
  if (!source) return std::nullopt;
  std::array<Frame, 1> batch{};
  const auto read = (*source)->read(batch);
  if (!read || *read == 0) return std::nullopt;
  return batch[0].time;
}

}  // namespace

std::vector<DatedFile> in_time_order(const std::vector<std::string>& files) {
  std::vector<DatedFile> dated;
  for (const std::string& file : files) dated.push_back({file});
  if (files.size() < 2 || !std::ranges::all_of(files, is_regular)) return dated;
  Time latest = Time::min();
  for (DatedFile& file : dated) {
    latest = first_packet_time(file.path).value_or(latest);
    file.first = latest;
  }
  std::ranges::stable_sort(dated, {}, &DatedFile::first);
  return dated;
}

std::uint64_t total_size(const std::vector<std::string>& files) {
  std::uint64_t total = 0;
  for (const std::string& file : files) {
    std::error_code failed;
    const std::uint64_t size = is_regular(file) ? std::filesystem::file_size(file, failed) : 0;
    if (failed || size == 0) return 0;
    total += size;
  }
  return total;
}

}  // namespace whydrop
