// What a host knows of its own network at one moment: values, as the kernel gives them for one network namespace.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/core/address.h"
#include "src/core/time.h"

namespace whydrop {

enum class HostPart : std::uint8_t {
#define PART(enumerator, title) enumerator,
#include "src/host/parts.def"
#undef PART
};
std::string_view title(HostPart part);

enum class HostCounter : std::uint8_t {
#define COUNTER(enumerator, name, meaning) enumerator,
#include "src/host/counters.def"
#undef COUNTER
};
struct HostCounterInfo {
  HostCounter id;
  const char* name;  ///< as nstat prints it
  std::string_view meaning;
};
inline constexpr auto kHostCounters = std::to_array<HostCounterInfo>({
#define COUNTER(enumerator, name, meaning) {HostCounter::enumerator, name, meaning},
#include "src/host/counters.def"
#undef COUNTER
});
inline const HostCounterInfo& info(HostCounter id) { return kHostCounters.at(static_cast<std::size_t>(id)); }

enum class HostSetting : std::uint8_t {
#define SETTING(enumerator, name) enumerator,
#include "src/host/settings.def"
#undef SETTING
};
inline constexpr auto kHostSettings = std::to_array<const char*>({
#define SETTING(enumerator, name) name,
#include "src/host/settings.def"
#undef SETTING
});
inline const char* name(HostSetting id) { return kHostSettings.at(static_cast<std::size_t>(id)); }

struct InterfaceCounts {
  std::uint64_t received = 0;  ///< packets
  std::uint64_t sent = 0;
  std::uint64_t receive_errors = 0;
  std::uint64_t send_errors = 0;
  std::uint64_t receive_drops = 0;
  std::uint64_t send_drops = 0;

  std::uint64_t packets() const { return received + sent; }
  std::uint64_t lost() const { return receive_errors + send_errors + receive_drops + send_drops; }
};

struct HostInterface {
  std::uint32_t index = 0;
  std::string name;
  std::string kind;      ///< "veth", "vlan", …; empty for hardware
  bool up = false;       ///< as set by the administrator
  bool running = false;  ///< it has a carrier
  std::uint32_t mtu = 0;
  std::int64_t reverse_path_filter = 0;  ///< its own rp_filter; the stricter of this and the setting for all counts
  InterfaceCounts counts;
};

struct HostAddress {
  std::uint32_t interface = 0;  ///< index
  IpAddress address;
  std::uint8_t length = 0;  ///< of its prefix
};

struct HostRoute {
  enum class Kind : std::uint8_t { unicast, blackhole, unreachable, prohibit };

  Kind kind = Kind::unicast;
  bool is_v6 = false;
  IpAddress destination;
  std::uint8_t length = 0;
  std::optional<IpAddress> gateway;
  std::uint32_t interface = 0;  ///< index; of several next hops, the first one's
  std::uint32_t next_hops = 1;
  std::uint32_t metric = 0;  ///< the lowest wins among equal prefixes
  std::uint32_t mtu = 0;     ///< 0: the interface's
};

struct HostNeighbour {
  enum class State : std::uint8_t { none, incomplete, reachable, stale, delay, probe, failed, noarp, permanent };

  std::uint32_t interface = 0;
  IpAddress address;
  State state = State::none;
};

struct HostSocket {
  enum class Transport : std::uint8_t { tcp, udp };

  Transport transport = Transport::tcp;
  IpAddress address;
  std::uint16_t port = 0;
  std::uint32_t interface = 0;  ///< it is bound to; 0: any
  bool only_v6 = false;
  std::uint32_t queued = 0;   ///< TCP: connections that wait for the program to accept them
  std::uint32_t backlog = 0;  ///< TCP: so many may wait
};

struct HostConntrack {
  std::uint64_t count = 0;
  std::uint64_t max = 0;  ///< 0: not limited
  std::uint64_t drops = 0;
  std::uint64_t early_drops = 0;
  std::uint64_t insert_failures = 0;
  std::uint64_t invalid = 0;
};

/// A part that is missing, or not complete: what it does not hold proves nothing.
struct HostGap {
  HostPart part{};
  std::string why;
};

struct HostSnapshot {
  /// More interfaces, routes and so on are not kept: a router of the Internet's core has a million routes.
  static constexpr std::size_t kMost = 16384;

  std::string hostname;
  std::string kernel;                   ///< its release
  std::string boot;                     ///< the kernel's random name for the time since it started
  std::uint64_t network_namespace = 0;  ///< its inode
  Time taken;
  Time booted;
  std::vector<HostGap> gaps;
  std::vector<HostInterface> interfaces;
  std::vector<HostAddress> addresses;
  std::vector<HostRoute> routes;   ///< of the tables main and default
  std::uint64_t policy_rules = 0;  ///< routing rules beyond those of every host: they may lead to other tables
  std::vector<HostNeighbour> neighbours;
  std::vector<HostSocket> sockets;         ///< that listen, or wait for datagrams of anybody
  std::optional<HostConntrack> conntrack;  ///< none: connections are not tracked
  std::array<std::optional<std::uint64_t>, kHostCounters.size()> counters{};
  std::array<std::optional<std::int64_t>, kHostSettings.size()> settings{};

  std::optional<std::uint64_t> counter(HostCounter id) const { return counters.at(static_cast<std::size_t>(id)); }
  std::optional<std::int64_t> setting(HostSetting id) const { return settings.at(static_cast<std::size_t>(id)); }
  bool complete(HostPart part) const;
};

}  // namespace whydrop
