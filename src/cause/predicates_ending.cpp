// Predicates about how connections that were open came to their end.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "src/cause/predicates.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

// Session timers that equipment is delivered with. Sources:
//   60 s AWS ALB: docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
//   240 s Azure: learn.microsoft.com/azure/load-balancer/load-balancer-tcp-reset
//   300 s Huawei ELB: support.huaweicloud.com/elb_faq/elb_faq_0309.html; F5: my.f5.com/manage/s/article/K7606
//   350 s AWS: docs.aws.amazon.com/network-firewall/latest/APIReference/API_FlowTimeouts.html (Network Firewall),
//         .../elasticloadbalancing/latest/network/update-idle-timeout.html, .../vpc/latest/userguide/nat-gateway-basics
//   600 s Google Cloud: cloud.google.com/compute/docs/troubleshooting/general-tips
//   900 s Alibaba: alibabacloud.com/help/slb, EstablishedTimeout; Tencent: cloud.tencent.com/document/product/214
//   1200 s Google Cloud NAT: cloud.google.com/nat/docs/tune-nat-configuration
//   1800 s Juniper SRX: juniper.net/documentation, inactivity-timeout
//   3600 s Cisco ASA: cisco.com, timeout conn
//   7200 s Linux tcp_keepalive_time, and firewalls that follow it: docs.kernel.org/networking/ip-sysctl.html
//   432000 s Linux: docs.kernel.org/networking/nf_conntrack-sysctl.html
struct SessionTimer {
  int seconds;
  std::string_view cloud;  ///< empty: anywhere
  std::string_view who;
};
constexpr SessionTimer kTimers[] = {
    {60, "aws", "Application Load Balancers of AWS, and many proxies"},
    {240, "azure", "Azure's load balancers and gateways"},
    {300, "huawei", "Huawei Cloud's ELB, and F5 BIG-IP"},
    {350, "aws", "NAT gateways, Network Load Balancers and Network Firewall of AWS"},
    {600, "gcp", "Google Cloud's VPC firewall"},
    {900, "alibaba", "load balancers of Alibaba and Tencent Cloud"},
    {900, "tencent", "load balancers of Alibaba and Tencent Cloud"},
    {1200, "gcp", "Google Cloud NAT"},
    {1800, "", "Juniper SRX"},
    {3600, "", "Cisco ASA and many other firewalls"},
    {7200, "", "firewalls that wait for the usual first keep-alive"},
    {432000, "", "Linux connection tracking"},
};

constexpr double kJustAbove = 1.1;  // of a timer, where nothing shows how much silence survives
constexpr Duration kOneMoment = 5s;
constexpr Duration kFarApart = 30s;
constexpr std::uint64_t kEnoughRequests = 3;

/// The largest timer within (survived, killed], the network's own cloud first.
const SessionTimer* timer_within(double survived, double killed, std::string_view cloud) {
  const SessionTimer* found = nullptr;
  for (const SessionTimer& timer : kTimers) {
    if (timer.seconds <= survived || timer.seconds > killed) continue;
    const bool better = found == nullptr || cloud.empty() || timer.cloud == cloud || found->cloud != cloud;
    if (better) found = &timer;
  }
  return found;
}

/// When the first packet was sent that did not get through any more.
std::optional<Time> died_at(const Flow& flow, VerdictId verdict) {
  if (!flow.detail) return std::nullopt;
  const FlowDetail& detail = *flow.detail;
  if (verdict == VerdictId::idle_expired) return detail.idle.time;
  if (verdict == VerdictId::reset) return detail.reset.packet ? std::optional(detail.reset.time) : std::nullopt;
  std::optional<Time> died;
  for (const SenderFacts& sender : detail.senders) {
    if (sender.stuck.tries == 0) continue;
    died = died ? std::min(*died, sender.stuck.first_sent) : sender.stuck.first_sent;
  }
  return died;
}

bool looks_like_site(std::string_view name) {
  return name.find('.') != std::string_view::npos && !IpAddress::parse(name) &&
         std::ranges::none_of(name, [](char c) { return c == ' ' || c == '/'; });
}

}  // namespace

Answer ask_silence_fits_timer(const Case& about) {
  const auto* silence = fact::attribute<double>(about.finding, "silence_seconds");
  if (silence == nullptr) return unknown();
  const auto* longest = fact::attribute<double>(about.finding, "longest_survived_seconds");
  const auto* shortest = fact::attribute<double>(about.finding, "shortest_killed_seconds");
  const double survived = longest == nullptr ? 0 : *longest;
  const double killed = shortest == nullptr || *shortest <= 0 ? *silence : std::min(*silence, *shortest);
  const SessionTimer* timer = timer_within(survived, killed, about.platform);
  if (survived > 0) {
    const std::string bracket = fmt::format("{:.0f} s of silence are survived, {:.0f} s are not", survived, killed);
    if (timer == nullptr) return contrary(bracket + ": no usual session timer lies between");
    return holds(fmt::format("{}: {} s, the timer of {}, lie between", bracket, timer->seconds, timer->who));
  }
  if (timer == nullptr || killed > timer->seconds * kJustAbove) return unknown();
  return holds(fmt::format("{:.0f} s of silence killed it: the timer is at most that, and {} s are usual for {}",
                           killed, timer->seconds, timer->who));
}

Answer ask_new_connections_open(const Case& about) {
  const ServiceFacts* service = about.service();
  if (service == nullptr || about.finding.exemplars.empty()) return unknown();
  const auto died = died_at(about.finding.exemplars.front(), about.finding.verdict);
  if (!died) return unknown();
  if (service->answered > 0 && service->last_answered > *died) {
    return holds(about.server_text() + " opened a new connection after this one had died");
  }
  if (service->silent > 0 && service->last_silent > *died) {
    return contrary("new connections to " + about.server_text() + " fail as well");
  }
  return unknown();
}

Answer ask_stops_at_one_moment(const Case& about) {
  const auto& flows = about.finding.exemplars;
  if (flows.size() < 2) return unknown();
  std::vector<Time> began;
  std::vector<Time> died;
  for (const Flow& flow : flows) {
    const auto when = died_at(flow, about.finding.verdict);
    if (!when) return unknown();
    began.push_back(flow.record.first);
    died.push_back(*when);
  }
  const auto spread = [](const std::vector<Time>& times) {
    const auto [first, last] = std::ranges::minmax(times);
    return last - first;
  };
  const std::string what = fmt::format("{} that began within {} died within {}", counted(flows.size(), "connection"),
                                       human(spread(began)), human(spread(died)));
  if (spread(died) > kFarApart) return contrary(what);
  // Connections that begin together may die together of anything that happens at their age.
  if (spread(died) <= kOneMoment && spread(began) >= kOneMoment && spread(began) >= 2 * spread(died))
    return holds(what);
  return unknown();
}

Answer ask_rst_is_injected(const Case& about) {
  const auto* who = fact::attribute<std::string>(about.finding, "who");
  if (about.finding.verdict != VerdictId::reset || who == nullptr) return unknown();
  if (*who == "injected") return holds("the RST is unlike the packets of the host whose address it bears");
  return contrary("the RST fits the packets of the host whose address it bears");
}

Answer ask_dies_at_first_request(const Case& about) {
  const auto* phase = fact::attribute<std::string>(about.finding, "phase");
  if (phase == nullptr) return unknown();
  const bool first = *phase == "first-request" || *phase == "after-first-request" || *phase == "after-client-hello";
  if (first) return holds("the connection opens, and ends at its first request");
  return contrary("requests had passed in the same connection before");
}

Answer ask_serves_other_requests(const Case& about) {
  const ServiceFacts* service = about.service();
  if (service == nullptr || about.finding.transport != Transport::tcp) return unknown();
  if (service->served > 0) {
    return holds(
        fmt::format("{} answers other requests: {}", about.server_text(), counted(service->served, "connection")));
  }
  if (about.finding.count < kEnoughRequests) return unknown();
  return contrary(fmt::format("{} answers no request at all", about.server_text()));
}

Answer ask_request_names_site(const Case& about) {
  for (const Flow& flow : about.finding.exemplars) {
    if (!flow.detail || flow.record.key.transport != Transport::tcp) continue;
    const ApplicationFacts& words = flow.detail->application(flow.record.initiator);
    if (words.protocol == 0 || words.role != ApplicationFacts::Role::request) continue;
    if (looks_like_site(words.name_text()))
      return holds(fmt::format("the request names {}", escaped(words.name_text())));
    return contrary("the request names no site");
  }
  return unknown();
}

}  // namespace whydrop
