// Looks at the first packet of each file before the real reading begins.
#include "src/app/inputs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "src/capture/source.h"
#include "src/report/flow_part.h"

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

std::string beginning_of(const Input& input, std::size_t most) {
  const auto bytes = input.bytes().first(std::min(most, input.bytes().size()));
  return {bytes.begin(), bytes.end()};
}

/// A live pipe may hold no more than a capture's magic for a while.
bool holds_flow_lines(Input& input) {
  if (!beginning_of(input, 1).starts_with('{')) return false;
  return input.hold(kFlowLinesMagic) && is_flow_lines(beginning_of(input, kFlowLinesMagic));
}

}  // namespace

Inputs look_into(std::vector<std::string>& files, std::optional<Input> opened) {
  Inputs inputs;
  const bool alone = files.size() == 1;
  std::erase_if(files, [&](const std::string& file) {
    auto input = opened ? open_unpacked(std::move(*opened)) : open_unpacked(file);
    if (!input) {
      const bool can_be_opened_again = !opened && is_regular(file);
      if (!can_be_opened_again) inputs.errors.push_back(input.error());
      return !can_be_opened_again;
    }
    const bool flow_lines = holds_flow_lines(*input);
    if (flow_lines) inputs.flow_files.push_back(std::move(*input));
    else if (alone || !is_regular(file)) inputs.opened.push_back(std::move(*input));
    return flow_lines;
  });
  return inputs;
}

std::vector<DatedFile> in_time_order(const std::vector<std::string>& files) {
  std::vector<DatedFile> dated;
  dated.reserve(files.size());
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

std::uint64_t total_size(const std::vector<std::string>& files, const std::vector<Input>& opened) {
  if (files.size() == 1 && opened.size() == 1) return opened.front().size();
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
