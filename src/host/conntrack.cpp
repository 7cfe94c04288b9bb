// How full the table of tracked connections is, and what it had no room for.
#include "src/host/conntrack.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include "src/host/readers.h"

namespace whydrop {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::size_t kMost = 64;  // the kernel has seventeen
  std::vector<std::string_view> words;
  while (words.size() < kMost) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) break;
    const std::size_t length = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
  return words;
}

/// Later kernels add columns, so that names find them.
std::uint64_t* counted_as(std::string_view name, HostConntrack& conntrack) {
  if (name == "drop") return &conntrack.drops;
  if (name == "early_drop") return &conntrack.early_drops;
  if (name == "insert_failed") return &conntrack.insert_failures;
  return name == "invalid" ? &conntrack.invalid : nullptr;
}

void add_row(const std::vector<std::string_view>& names, std::string_view line, HostConntrack& conntrack) {
  const auto values = words_of(line);
  for (std::size_t at = 0; at < std::min(names.size(), values.size()); ++at) {
    std::uint64_t* const sum = counted_as(names[at], conntrack);
    std::uint32_t value = 0;
    const char* const value_end = std::to_address(values[at].cend());
    const auto [end, failed] = std::from_chars(std::to_address(values[at].cbegin()), value_end, value, 16);
    if (sum != nullptr && failed == std::errc() && end == value_end) *sum += value;
  }
}

}  // namespace

void take_conntrack_counts(std::string_view text, HostConntrack& conntrack) {
  std::vector<std::string_view> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (names.empty()) names = words_of(line);
    else add_row(names, line, conntrack);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string read_conntrack(HostSnapshot& host) {
  const auto count = file_number("/proc/sys/net/netfilter/nf_conntrack_count");
  const auto max = file_number("/proc/sys/net/netfilter/nf_conntrack_max");
  if (!count || !max) return "";  // no module that tracks connections is loaded
  HostConntrack& conntrack = host.conntrack.emplace();
  conntrack.count = static_cast<std::uint64_t>(std::max<std::int64_t>(*count, 0));
  conntrack.max = static_cast<std::uint64_t>(std::max<std::int64_t>(*max, 0));
  const auto counts = file_text("/proc/thread-self/net/stat/nf_conntrack");
  if (!counts) return "/proc/net/stat/nf_conntrack cannot be read";
  take_conntrack_counts(*counts, conntrack);
  return "";
}

}  // namespace whydrop
