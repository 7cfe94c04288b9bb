// The members of a host's snapshot in JSON, in one list for writing and for reading (fact_io.h).
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "src/host/snapshot.h"
#include "src/report/fact_io.h"

namespace whydrop {

template <>
struct NameTable<HostPart> {
  static constexpr auto kNames = std::to_array<std::string_view>({
#define PART(enumerator, title) #enumerator,
#include "src/host/parts.def"
#undef PART
  });
};

template <>
struct NameTable<HostRoute::Kind> {
  static constexpr std::array<std::string_view, 4> kNames = {"unicast", "blackhole", "unreachable", "prohibit"};
};

template <>
struct NameTable<HostNeighbour::State> {
  static constexpr std::array<std::string_view, 9> kNames = {"none",  "incomplete", "reachable", "stale",    "delay",
                                                             "probe", "failed",     "noarp",     "permanent"};
};

template <>
struct NameTable<HostSocket::Transport> {
  static constexpr std::array<std::string_view, 2> kNames = {"tcp", "udp"};
};

/// A member that may be unknown: `absent` is a value that it never has.
template <class Io, typename T>
void optional_field(Io& io, const char* key, Member<Io, std::optional<T>>& value, T absent) {
  T there = value.value_or(absent);
  io(key, there, absent);
  if constexpr (Io::kReads) value = there == absent ? std::nullopt : std::optional(there);
}

template <class Io>
void fields(Io& io, Member<Io, HostGap>& gap) {
  io.always("part", gap.part);
  io.always("why", gap.why);
}

template <class Io>
void fields(Io& io, Member<Io, HostInterface>& interface) {
  io.always("index", interface.index);
  io.always("name", interface.name);
  io.always("kind", interface.kind);
  io.always("up", interface.up);
  io.always("running", interface.running);
  io.always("mtu", interface.mtu);
  io.always("rp_filter", interface.reverse_path_filter);
  auto& counts = interface.counts;
  io.always("rx_packets", counts.received);
  io.always("tx_packets", counts.sent);
  io.always("rx_errors", counts.receive_errors);
  io.always("tx_errors", counts.send_errors);
  io.always("rx_dropped", counts.receive_drops);
  io.always("tx_dropped", counts.send_drops);
}

template <class Io>
void fields(Io& io, Member<Io, HostAddress>& address) {
  io.always("interface", address.interface);
  io.always("address", address.address);
  io.always("length", address.length);
}

template <class Io>
void fields(Io& io, Member<Io, HostRoute>& route) {
  io.always("type", route.kind);
  io.always("destination", route.destination);
  io.always("length", route.length);
  optional_field(io, "gateway", route.gateway, IpAddress{});
  io("interface", route.interface);
  io("next_hops", route.next_hops, 1U);
  io("metric", route.metric);
  io("mtu", route.mtu);
  if constexpr (Io::kReads) {
    route.is_v6 = !route.destination.is_v4();
    if (route.length > (route.is_v6 ? 128 : 32)) io.fail("length");
  }
}

template <class Io>
void fields(Io& io, Member<Io, HostNeighbour>& neighbour) {
  io.always("interface", neighbour.interface);
  io.always("address", neighbour.address);
  io.always("state", neighbour.state);
}

template <class Io>
void fields(Io& io, Member<Io, HostSocket>& socket) {
  io.always("transport", socket.transport);
  io.always("address", socket.address);
  io.always("port", socket.port);
  io("interface", socket.interface);
  io("only_v6", socket.only_v6);
  io("queued", socket.queued);
  io("backlog", socket.backlog);
}

template <class Io>
void fields(Io& io, Member<Io, HostConntrack>& conntrack) {
  io.always("count", conntrack.count);
  io.always("max", conntrack.max);
  io.always("drop", conntrack.drops);
  io.always("early_drop", conntrack.early_drops);
  io.always("insert_failed", conntrack.insert_failures);
  io.always("invalid", conntrack.invalid);
}

template <class Io, typename T>
void list_field(Io& io, const char* key, T& items) {
  std::size_t count = items.size();
  io.list(key, count, HostSnapshot::kMost, [&](auto& one, std::size_t at) {
    if constexpr (Io::kReads) items.emplace_back();
    fields(one, items[at]);
  });
}

template <class Io>
void number_fields(Io& io, Member<Io, HostSnapshot>& host) {
  io.object("counters", [&](auto& part) {
    for (std::size_t at = 0; at < kHostCounters.size(); ++at) {
      optional_field(part, kHostCounters.at(at).name, host.counters.at(at), std::numeric_limits<std::uint64_t>::max());
    }
  });
  io.object("settings", [&](auto& part) {
    for (std::size_t at = 0; at < kHostSettings.size(); ++at) {
      optional_field(part, kHostSettings.at(at), host.settings.at(at), std::numeric_limits<std::int64_t>::min());
    }
  });
}

template <class Io>
void fields(Io& io, Member<Io, HostSnapshot>& host) {
  io.always("hostname", host.hostname);
  io.always("kernel", host.kernel);
  io.always("boot", host.boot);
  io.always("network_namespace", host.network_namespace);
  io.always("taken", host.taken);
  io.always("booted", host.booted);
  list_field(io, "incomplete", host.gaps);
  list_field(io, "interfaces", host.interfaces);
  list_field(io, "addresses", host.addresses);
  list_field(io, "routes", host.routes);
  io.always("policy_rules", host.policy_rules);
  list_field(io, "neighbours", host.neighbours);
  list_field(io, "sockets", host.sockets);
  bool tracked = host.conntrack.has_value();
  io.object_if("conntrack", tracked, [&](auto& part) {
    if constexpr (Io::kReads) host.conntrack.emplace();
    fields(part, *host.conntrack);
  });
  number_fields(io, host);
}

}  // namespace whydrop
