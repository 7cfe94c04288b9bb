// Predicates about sizes, TCP options and losses inside the finding's flows.
#include <fmt/format.h>

#include <algorithm>

#include "src/cause/predicates.h"
#include "src/core/text.h"
#include "src/wire/icmp.h"

namespace whydrop {
namespace {

// Segment sizes over IPv4 that tunnels and their gateways announce or clamp to; IPv6 headers take 20 bytes more.
struct TunnelMss {
  std::uint16_t low;
  std::uint16_t high;
  std::string_view name;
};
constexpr TunnelMss kTunnels[] = {
    {1452, 1452, "PPPoE"},
    {1436, 1436, "GRE"},
    {1410, 1410, "VXLAN, or another overlay with an MTU of 1450"},
    {1380, 1380, "WireGuard, or a firewall that clamps to 1380"},
    {1350, 1406, "an IPsec gateway"},
};
constexpr std::uint16_t kEthernetMss = 1460;
constexpr std::uint16_t kIpv6Extra = 20;

std::uint16_t as_ipv4_mss(std::uint16_t mss, bool v4) {
  return v4 ? mss : static_cast<std::uint16_t>(mss + kIpv6Extra);
}

const TunnelMss* tunnel_of(std::uint16_t ipv4_mss) {
  const auto* const found = std::ranges::find_if(
      kTunnels, [=](const TunnelMss& tunnel) { return ipv4_mss >= tunnel.low && ipv4_mss <= tunnel.high; });
  return found == std::end(kTunnels) ? nullptr : found;
}

bool icmp_may_be_hidden(const CaptureSummary& capture) {
  return std::ranges::any_of(capture.quality, [](const QualityNote& note) {
    return note.id == QualityId::no_icmp || note.id == QualityId::filtered;
  });
}

}  // namespace

Answer ask_frag_needed_seen(const Case& about) {
  for (const Flow& flow : about.finding.exemplars) {
    if (!flow.detail) continue;
    for (const IcmpErrorFact& error : std::span(flow.detail->icmp).first(flow.detail->icmp_count)) {
      if (icmp_meaning(!error.sender.is_v4(), error.type, error.code) != IcmpMeaning::packet_too_big) continue;
      return holds(fmt::format("packet {}: {} asks for packets of at most {} bytes", error.packet.number(),
                               to_string(error.sender), error.mtu));
    }
  }
  if (icmp_may_be_hidden(about.capture)) return unknown();
  return contrary("no ICMP error in this capture asks for smaller packets");
}

Answer ask_mss_suggests_tunnel(const Case& about) {
  bool ethernet = false;
  for (const Flow& flow : about.finding.exemplars) {
    if (!flow.detail) continue;
    const bool v4 = flow.record.key.low.is_v4();
    for (const Side side : {Side::low, Side::high}) {
      const std::uint16_t announced = flow.detail->sender(side).mss;
      if (announced == 0) continue;
      const std::uint16_t mss = as_ipv4_mss(announced, v4);
      if (const TunnelMss* tunnel = tunnel_of(mss)) {
        return holds(fmt::format("{} announces an MSS of {}, typical of {}",
                                 to_string(flow.record.key.endpoint(side).address), announced, tunnel->name));
      }
      ethernet = ethernet || mss == kEthernetMss;
    }
  }
  return ethernet ? contrary("the ends announce the segment size of plain Ethernet") : unknown();
}

Answer ask_signed_segments(const Case& about) {
  for (const Flow& flow : about.finding.exemplars) {
    for (const Side side : {Side::low, Side::high}) {
      if (!flow.record.side(side).has(saw::signed_segment)) continue;
      return holds(fmt::format("{} signs its segments (TCP MD5 or TCP-AO): a receiver with another key says nothing",
                               to_string(flow.record.key.endpoint(side).address)));
    }
  }
  if (about.finding.transport != Transport::tcp || about.finding.exemplars.empty()) return unknown();
  return contrary("no segment is signed (TCP MD5, TCP-AO)");
}

Answer ask_losses_recovered(const Case& about) {
  constexpr std::uint32_t kEnoughSegments = 10;
  std::uint32_t segments = 0;
  std::uint32_t recovered = 0;
  for (const Flow& flow : about.finding.exemplars) {
    if (!flow.detail) continue;
    for (const SenderFacts& sender : flow.detail->senders) {
      segments += sender.data_segments;
      recovered += sender.retransmitted - std::min(sender.retransmitted, sender.stuck.tries);
    }
  }
  if (recovered > 0) {
    return holds(fmt::format("{} of {} data segments were lost and repeated with success", grouped(recovered),
                             grouped(segments)));
  }
  if (segments < kEnoughSegments) return unknown();
  return contrary(fmt::format("none of {} data segments was lost before", grouped(segments)));
}

}  // namespace whydrop
