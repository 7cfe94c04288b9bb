// The filter, put together for IPv4 and IPv6: pcap-filter's tcp[] and udp[] mean IPv4 alone.
#include "src/capture/lean.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "src/core/sampling.h"

namespace whydrop {
namespace {

// Sums of both directions' ports differ: a carrier's source port is a hash of what it carries.
constexpr std::string_view kTunnelPorts =
    "udp port 4789 or udp port 8472 or udp port 4790 or udp port 6081 or udp port 2152 or udp port 3544";
// IPIP, 6in4, GRE, ESP, L2TPv3: a host that is busy with these is busy with nothing else.
constexpr std::array kTunnelProtocols = {4, 41, 47, 50, 115};

std::string transport_byte(bool v6, std::string_view name, unsigned offset, unsigned size) {
  constexpr unsigned kIpv6Header = 40;
  return v6 ? fmt::format("ip6[{}:{}]", kIpv6Header + offset, size) : fmt::format("{}[{}:{}]", name, offset, size);
}

std::string in_sample(bool v6, std::string_view name) {
  return fmt::format("({} + {}) & {} = 0", transport_byte(v6, name, 0, 2), transport_byte(v6, name, 2, 2),
                     kLeanSample - 1);
}

/// SYN, FIN or RST, or of a connection in the sample.
std::string lean_tcp(bool v6) {
  constexpr unsigned kFlags = 13;
  constexpr unsigned kFinSynRst = 0x07;
  return fmt::format("({} & {} != 0) or ({})", transport_byte(v6, "tcp", kFlags, 1), kFinSynRst, in_sample(v6, "tcp"));
}

/// To or from a system port, of QUIC only what opens a connection; or of a flow in the sample.
std::string lean_udp(bool v6) {
  constexpr unsigned kHeader = 8;
  constexpr unsigned kQuicLongHeader = 0x80;
  constexpr unsigned kHttps = 443;
  constexpr unsigned kSystemPorts = 1024;
  const std::string src = transport_byte(v6, "udp", 0, 2);
  const std::string dst = transport_byte(v6, "udp", 2, 2);
  const std::string quic = fmt::format("{} = {} or {} = {}", src, kHttps, dst, kHttps);
  const std::string opens = fmt::format("{} & {} != 0", transport_byte(v6, "udp", kHeader, 1), kQuicLongHeader);
  return fmt::format("(({} < {} or {} < {}) and (not ({}) or {})) or ({})", src, kSystemPorts, dst, kSystemPorts, quic,
                     opens, in_sample(v6, "udp"));
}

std::string no_tunnel() {
  std::string protocols;
  for (const int protocol : kTunnelProtocols) {
    protocols += fmt::format(" or ip proto {0} or ip6 proto {0}", protocol);
  }
  return fmt::format("not ({}{})", kTunnelPorts, protocols);
}

}  // namespace

std::string lean_filter() {
  // Of pcap-filter's operators `and` binds no more tightly than `or`.
  constexpr unsigned kTcp = 6;
  constexpr unsigned kUdp = 17;
  // Fragments behind the first have no ports; without them the first would look incomplete.
  const std::string v4 =
      fmt::format("(ip and ((ip[6:2] & 0x3fff != 0) or (tcp and ({})) or (udp and ({})) or not (tcp or udp)))",
                  lean_tcp(false), lean_udp(false));
  const std::string v6 = fmt::format(
      "(ip6 and ((ip6[6] = {0} and ({2})) or (ip6[6] = {1} and ({3})) or (ip6[6] != {0} and ip6[6] != {1})))", kTcp,
      kUdp, lean_tcp(true), lean_udp(true));
  return fmt::format("({}) and ({} or {} or not (ip or ip6))", no_tunnel(), v4, v6);
}

}  // namespace whydrop
