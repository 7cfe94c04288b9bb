// Predicates about the routes, neighbours and interfaces of the host that captured.
#include <fmt/format.h>

#include <algorithm>

#include "src/cause/host_facts.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

constexpr std::uint32_t kUsualMtu = 1500;

struct Way {
  IpAddress end;
  WayTo to;
};

/// From this host to the ends that it must reach, as far as that can be told.
std::vector<Way> ways(const Case& about, const HostSnapshot& host) {
  std::vector<Way> known;
  for (const IpAddress& end : fact::ends_to_reach(about, host)) {
    if (const auto way = way_to(host, end)) known.push_back({.end = end, .to = *way});
  }
  return known;
}

enum class Resolution : std::uint8_t { unknown, failed, done };

Resolution resolution(const HostNeighbour* entry) {
  using enum HostNeighbour::State;
  if (entry == nullptr) return Resolution::unknown;
  if (entry->state == failed || entry->state == incomplete) return Resolution::failed;
  return entry->state == reachable ? Resolution::done : Resolution::unknown;
}

/// Of the next hop on the way to `end`, where that is (or is not) a gateway.
Answer next_hop_failed(const Case& about, const HostSnapshot& host, const IpAddress& end, bool wants_gateway) {
  if (!fact::looked_in_time(about, host)) return unknown();
  const auto way = way_to(host, end);
  if (!way || way->interface == nullptr || way->route->gateway.has_value() != wants_gateway) return unknown();
  const IpAddress hop = way->route->gateway.value_or(end);
  const std::string text = fmt::format("the neighbour entry of {} on {}", to_string(hop), host.hostname);
  switch (resolution(next_hop(host, *way, end))) {
    case Resolution::failed: return holds(text + " has failed: nobody answers for it on " + way->interface->name);
    case Resolution::done: return contrary(text + " is reachable");
    case Resolution::unknown: break;
  }
  return unknown();
}

const InterfaceCounts* counted_meanwhile(const Case& about, std::uint32_t index) {
  if (!about.host->changes) return nullptr;
  const auto& interfaces = about.host->changes->interfaces;
  const auto found = std::ranges::find(interfaces, index, &HostChanges::Interface::index);
  return found == interfaces.end() ? nullptr : &found->counts;
}

std::string loss_text(const HostSnapshot& host, const HostInterface& interface, const InterfaceCounts& counts) {
  return fmt::format("{} of {} counts {} errors and {} drops among {} packets", interface.name, host.hostname,
                     grouped(counts.receive_errors + counts.send_errors),
                     grouped(counts.receive_drops + counts.send_drops), grouped(counts.packets()));
}

}  // namespace

Answer ask_route_missing_here(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr) return unknown();
  Answer answer = unknown();
  for (const auto& [end, way] : ways(about, *host)) {
    if (way.route == nullptr) return holds(fmt::format("{} has no route to {}", host->hostname, to_string(end)));
    if (way.forbidden) return holds(fmt::format("a route of {} forbids to send to {}", host->hostname, to_string(end)));
    answer = contrary(fmt::format("{} has a route to {}", host->hostname, to_string(end)));
  }
  return answer;
}

Answer ask_neighbor_entry_failed(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr || !about.finding.server.address) return unknown();
  return next_hop_failed(about, *host, *about.finding.server.address, false);
}

Answer ask_gateway_entry_failed(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr) return unknown();
  Answer answer = unknown();
  for (const IpAddress& end : fact::ends_to_reach(about, *host)) {
    Answer next = next_hop_failed(about, *host, end, true);
    if (next.truth == Truth::holds) return next;
    if (next.truth == Truth::contrary) answer = std::move(next);
  }
  return answer;
}

Answer ask_own_interface_down(const Case& about) {
  const HostSnapshot* const host = fact::server_host(about);
  if (host == nullptr || !fact::looked_in_time(about, *host)) return unknown();
  const HostInterface* const interface = interface_with(*host, *about.finding.server.address);
  if (interface == nullptr) return unknown();
  const std::string text = fmt::format("{} of {}", interface->name, host->hostname);
  if (!interface->up) return holds(text + " is down");
  if (!interface->running) return holds(text + " has no carrier");
  return contrary(text + " is up");
}

Answer ask_small_mtu_here(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr) return unknown();
  Answer answer = unknown();
  for (const auto& [end, way] : ways(about, *host)) {
    if (way.interface == nullptr) continue;
    const std::uint32_t mtu = way.route->mtu != 0 ? way.route->mtu : way.interface->mtu;
    std::string text =
        fmt::format("{} sends to {} by {}, MTU {}", host->hostname, to_string(end), way.interface->name, mtu);
    if (mtu < kUsualMtu) return holds(std::move(text));
    answer = contrary(std::move(text));
  }
  return answer;
}

Answer ask_interface_loss_counted(const Case& about) {
  constexpr std::uint64_t kMany = 1000;  // one in so many; every host loses a few while it starts
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr || about.host->changes) return unknown();
  Answer answer = unknown();
  for (const auto& [end, way] : ways(about, *host)) {
    if (way.interface == nullptr) continue;
    const InterfaceCounts& counts = way.interface->counts;
    if (counts.lost() > 0 && counts.lost() >= counts.packets() / kMany) {
      return holds(loss_text(*host, *way.interface, counts));
    }
    if (counts.lost() == 0) answer = contrary(loss_text(*host, *way.interface, counts));
  }
  return answer;
}

Answer ask_interface_loss_grew(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr) return unknown();
  Answer answer = unknown();
  for (const auto& [end, way] : ways(about, *host)) {
    const InterfaceCounts* const counts =
        way.interface == nullptr ? nullptr : counted_meanwhile(about, way.interface->index);
    if (counts == nullptr) continue;
    const std::string text = loss_text(*host, *way.interface, *counts) + " meanwhile";
    if (counts->lost() > 0) return holds(text);
    answer = contrary(text);
  }
  return answer;
}

}  // namespace whydrop
