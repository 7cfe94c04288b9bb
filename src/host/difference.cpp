// Subtracts what was counted.
#include "src/host/difference.h"

#include <algorithm>

namespace whydrop {
namespace {

bool ran_backwards(const InterfaceCounts& before, const InterfaceCounts& after) {
  return after.received < before.received || after.sent < before.sent || after.receive_errors < before.receive_errors ||
         after.send_errors < before.send_errors || after.receive_drops < before.receive_drops ||
         after.send_drops < before.send_drops;
}

InterfaceCounts counted_between(const InterfaceCounts& before, const InterfaceCounts& after) {
  return {.received = after.received - before.received,
          .sent = after.sent - before.sent,
          .receive_errors = after.receive_errors - before.receive_errors,
          .send_errors = after.send_errors - before.send_errors,
          .receive_drops = after.receive_drops - before.receive_drops,
          .send_drops = after.send_drops - before.send_drops};
}

void add_interfaces(const HostSnapshot& before, const HostSnapshot& after, HostChanges& changes) {
  for (const HostInterface& now : after.interfaces) {
    const auto then = std::ranges::find(before.interfaces, now.index, &HostInterface::index);
    if (then == before.interfaces.end() || then->name != now.name || ran_backwards(then->counts, now.counts)) continue;
    changes.interfaces.push_back({.index = now.index, .counts = counted_between(then->counts, now.counts)});
  }
}

std::optional<HostConntrack> counted_between(const HostConntrack& before, const HostConntrack& after) {
  if (after.drops < before.drops || after.early_drops < before.early_drops ||
      after.insert_failures < before.insert_failures || after.invalid < before.invalid) {
    return std::nullopt;
  }
  return HostConntrack{.count = after.count,
                       .max = after.max,
                       .drops = after.drops - before.drops,
                       .early_drops = after.early_drops - before.early_drops,
                       .insert_failures = after.insert_failures - before.insert_failures,
                       .invalid = after.invalid - before.invalid};
}

}  // namespace

std::optional<HostChanges> difference(const HostSnapshot& before, const HostSnapshot& after) {
  const bool same = before.boot == after.boot && before.network_namespace == after.network_namespace;
  if (!same || before.taken > after.taken) return std::nullopt;
  HostChanges changes{.from = before.taken, .until = after.taken};
  for (std::size_t at = 0; at < after.counters.size(); ++at) {
    const auto then = before.counters.at(at);
    const auto now = after.counters.at(at);
    if (then && now && *now >= *then) changes.counters.at(at) = *now - *then;
  }
  add_interfaces(before, after, changes);
  if (before.conntrack && after.conntrack) {
    changes.conntrack = counted_between(*before.conntrack, *after.conntrack);
  }
  return changes;
}

}  // namespace whydrop
