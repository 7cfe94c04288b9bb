// The counters that nstat prints, from /proc/net/netstat, snmp and snmp6.
#include "src/host/counters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "src/host/readers.h"

namespace whydrop {
namespace {

/// Takes the text up to the first of `ends` off the front.
std::string_view take_until(std::string_view& text, std::string_view ends) {
  const std::size_t at = std::min(text.find_first_of(ends), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return take_until(line, " \t");
}

void note(HostCounters& counters, std::string_view group, std::string_view name, std::string_view value) {
  const auto* const known = std::ranges::find_if(kHostCounters, [&](const HostCounterInfo& counter) {
    const std::string_view wanted = counter.name;
    return wanted.size() == group.size() + name.size() && wanted.starts_with(group) && wanted.ends_with(name);
  });
  if (known == kHostCounters.end()) return;
  std::uint64_t number = 0;
  const char* const value_end = std::to_address(value.cend());
  const auto [end, failed] = std::from_chars(std::to_address(value.cbegin()), value_end, number);
  if (failed == std::errc() && end == value_end) counters.at(static_cast<std::size_t>(known->id)) = number;
}

}  // namespace

void take_paired_counters(std::string_view text, HostCounters& counters) {
  while (!text.empty()) {
    std::string_view names = take_until(text, "\n");
    std::string_view values = take_until(text, "\n");
    const std::string_view group = take_until(names, ":");
    if (take_until(values, ":") != group) return;  // the two lines do not belong together: no later pair does
    while (!names.empty() && !values.empty()) {
      const std::string_view name = take_word(names);
      note(counters, group, name, take_word(values));
    }
  }
}

void take_listed_counters(std::string_view text, HostCounters& counters) {
  while (!text.empty()) {
    std::string_view line = take_until(text, "\n");
    const std::string_view name = take_word(line);
    note(counters, "", name, take_word(line));
  }
}

std::string read_counters(HostSnapshot& host) {
  const auto netstat = file_text("/proc/thread-self/net/netstat");
  const auto snmp = file_text("/proc/thread-self/net/snmp");
  const auto snmp6 = file_text("/proc/thread-self/net/snmp6");
  if (netstat) take_paired_counters(*netstat, host.counters);
  if (snmp) take_paired_counters(*snmp, host.counters);
  if (snmp6) take_listed_counters(*snmp6, host.counters);
  return netstat && snmp ? "" : "/proc/net/netstat or /proc/net/snmp cannot be read";
}

}  // namespace whydrop
