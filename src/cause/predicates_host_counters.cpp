// Predicates about counters of the host that captured.
//
// A count since the counter began (with its network namespace) says that something happens there; 0 says that it never
// did. What was counted between two snapshots speaks of the finding itself, and is then asked alone.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "src/cause/host_facts.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

/// What a counter says, and in which words.
struct Count {
  std::optional<std::uint64_t> value;
  std::string name;
};

/// Whether the counters ran while the finding's packets came: a reboot in between would have begun them anew.
bool ran_meanwhile(const Case& about, const HostSnapshot& host) {
  return host.booted <= about.finding.first && host.taken >= about.finding.first;
}

/// Whether the time between the two snapshots and that of the finding have a moment in common.
bool between_snapshots(const Case& about, const HostChanges& changes) {
  return changes.from <= about.finding.last && changes.until >= about.finding.first;
}

Answer since_it_began(const Case& about, const HostSnapshot* host, const Count& count) {
  if (host == nullptr || about.host->changes || !count.value || !ran_meanwhile(about, *host)) return unknown();
  const std::string text = fmt::format("{} of {} is {}", count.name, host->hostname, grouped(*count.value));
  return *count.value != 0 ? holds(text) : contrary(text);
}

Answer meanwhile(const Case& about, const HostSnapshot* host, const Count& count) {
  if (host == nullptr || !about.host->changes || !count.value) return unknown();
  const HostChanges& changes = *about.host->changes;
  if (!between_snapshots(about, changes)) return unknown();
  const std::string within = human(changes.until - changes.from);
  if (*count.value == 0)
    return contrary(fmt::format("{} of {} stood still for {}", count.name, host->hostname, within));
  return holds(fmt::format("{} of {} grew by {} within {}", count.name, host->hostname, grouped(*count.value), within));
}

/// The sum of several counters, named after the largest.
template <typename Counters>
Count sum(const Counters& counters, std::initializer_list<HostCounter> ids) {
  Count all{.value = std::nullopt, .name = info(*ids.begin()).name};
  std::uint64_t largest = 0;
  for (const HostCounter id : ids) {
    const auto value = counters.counter(id);
    if (!value) continue;
    all.value = all.value.value_or(0) + *value;
    if (*value > largest) all.name = info(id).name;
    largest = std::max(largest, *value);
  }
  return all;
}

Answer counted_here(const Case& about, const HostSnapshot* host, std::initializer_list<HostCounter> ids) {
  return host == nullptr ? unknown() : since_it_began(about, host, sum(*host, ids));
}

Answer grew_here(const Case& about, const HostSnapshot* host, std::initializer_list<HostCounter> ids) {
  if (host == nullptr || !about.host->changes) return unknown();
  return meanwhile(about, host, sum(*about.host->changes, ids));
}

constexpr auto kAcceptOverflow = {HostCounter::listen_overflows};
constexpr auto kSynQueue = {HostCounter::syn_queue_drops, HostCounter::syn_queue_cookies};
constexpr auto kReversePath = {HostCounter::reverse_path_filter};
constexpr auto kTooBig = {HostCounter::ip_too_big, HostCounter::ip6_too_big};

Count dropped(const std::optional<HostConntrack>& conntrack) {
  Count count{.value = std::nullopt, .name = "drop and early_drop of nf_conntrack"};
  if (conntrack) count.value = conntrack->drops + conntrack->early_drops;
  return count;
}

}  // namespace

Answer ask_accept_overflow_counted(const Case& about) {
  return counted_here(about, fact::server_host(about), kAcceptOverflow);
}
Answer ask_accept_overflow_grew(const Case& about) {
  return grew_here(about, fact::server_host(about), kAcceptOverflow);
}

Answer ask_syn_queue_counted(const Case& about) { return counted_here(about, fact::server_host(about), kSynQueue); }
Answer ask_syn_queue_grew(const Case& about) { return grew_here(about, fact::server_host(about), kSynQueue); }

Answer ask_reverse_path_counted(const Case& about) {
  return fact::is_v6(about) ? unknown() : counted_here(about, fact::host_on_way(about), kReversePath);
}
Answer ask_reverse_path_grew(const Case& about) {
  return fact::is_v6(about) ? unknown() : grew_here(about, fact::host_on_way(about), kReversePath);
}

Answer ask_conntrack_drops_counted(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  return host == nullptr ? unknown() : since_it_began(about, host, dropped(host->conntrack));
}
Answer ask_conntrack_drops_grew(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr || !about.host->changes) return unknown();
  return meanwhile(about, host, dropped(about.host->changes->conntrack));
}
Answer ask_conntrack_invalid_grew(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr || !about.host->changes || !about.host->changes->conntrack) return unknown();
  return meanwhile(about, host, {.value = about.host->changes->conntrack->invalid, .name = "invalid of nf_conntrack"});
}

Answer ask_too_big_counted(const Case& about) { return counted_here(about, fact::host_on_way(about), kTooBig); }
Answer ask_too_big_grew(const Case& about) { return grew_here(about, fact::host_on_way(about), kTooBig); }

}  // namespace whydrop
