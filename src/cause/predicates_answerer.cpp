// Predicates about who answered: the server itself, a hop, or somebody in the server's name.
#include <fmt/format.h>

#include <cstdlib>

#include "src/cause/predicates.h"

namespace whydrop {
namespace {

// Linux asks three times, a second apart, before it reports a neighbour as unreachable (ip-sysctl: mcast_solicit,
// retrans_time_ms); an error that waited for no neighbour comes within a round trip.
constexpr double kAfterResolutionMs = 2000;
constexpr double kAtOnceMs = 500;

/// Routers crossed, for a sender that starts at the next common initial value.
int distance(std::int64_t ttl) {
  const int initial = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
  return initial - static_cast<int>(ttl);
}

}  // namespace

Answer ask_icmp_error_from_target(const Case& about) {
  const auto* role = fact::attribute<std::string>(about.finding, "sender_role");
  const auto* sender = fact::attribute<std::string>(about.finding, "sender");
  if (role == nullptr || sender == nullptr) return unknown();
  if (*role == "target") return holds(fmt::format("the ICMP error comes from the server itself, {}", *sender));
  return contrary(fmt::format("the ICMP error comes from {}, a hop on the way", *sender));
}

Answer ask_error_arrived_late(const Case& about) {
  const auto* delay_ms = fact::attribute<double>(about.finding, "error_after_ms");
  if (delay_ms == nullptr) return unknown();
  const std::string text = fmt::format("the ICMP error came {:.2f} s after the first try", *delay_ms / 1000);
  if (*delay_ms >= kAfterResolutionMs) return holds(text + ", the time that a failing address resolution takes");
  if (*delay_ms < kAtOnceMs) return contrary(text + ": no address resolution was waited for");
  return unknown();
}

Answer ask_rst_ttl_differs(const Case& about) {
  const auto* ttl = fact::attribute<std::int64_t>(about.finding, "rst_ttl");
  const HostFacts* host = about.server();
  if (ttl == nullptr || host == nullptr || host->opened_ttl == 0) return unknown();
  if (distance(*ttl) != distance(host->opened_ttl)) {
    return holds(
        fmt::format("the RST arrives with TTL {}, the server's own SYN-ACKs with TTL {}", *ttl, host->opened_ttl));
  }
  // Another initial value and the same distance: a stack that treats RSTs apart, or a box beside the server.
  if (*ttl != host->opened_ttl) return unknown();
  return contrary(fmt::format("the RST has the TTL of the server's own SYN-ACKs, {}", *ttl));
}

Answer ask_server_looks_like_windows(const Case& about) {
  const auto* rst_ttl = fact::attribute<std::int64_t>(about.finding, "rst_ttl");
  const HostFacts* host = about.server();
  std::int64_t ttl = host == nullptr ? 0 : host->opened_ttl;
  if (ttl == 0 && rst_ttl != nullptr) ttl = *rst_ttl;
  if (ttl == 0) return unknown();
  const std::string text = fmt::format("the server's packets arrive with TTL {}", ttl);
  if (ttl > 64 && ttl <= 128) return holds(text + ": it starts with 128, as Windows does");
  return contrary(text + ": Windows starts with 128");
}

Answer ask_capture_says_dropped(const Case& about) {
  const auto* said = fact::attribute<std::string>(about.finding, "capture_says");
  if (said == nullptr) return unknown();
  const auto* reason = fact::attribute<std::string>(about.finding, "capture_reason");
  return holds(fmt::format("the capturing machine says that it {} the packet{}{}", *said, reason == nullptr ? "" : ": ",
                           reason == nullptr ? "" : *reason));
}

}  // namespace whydrop
