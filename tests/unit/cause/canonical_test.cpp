// Each cause in the case that it is known for, and the cases that are easily mistaken for another.
#include <algorithm>
#include <chrono>

#include "src/cause/rank.h"
#include "tests/support/catch.h"
#include "tests/unit/cause/embedded_catalog.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {
namespace {

using enum VerdictId;

/// Packets decide, or leave the cause among the members of the leading family, or bring it up for a test to decide.
enum class Standing : std::uint8_t { leads, in_family, considered };
constexpr double kWorthATest = 0.02;
struct Row {
  std::string_view cause;
  std::string_view family;
  Standing standing;
  MadeCase made;
};

MadeCase silent(const Attempt& attempt = {}) { return MadeCase(syn_no_reply, attempt); }
MadeCase rejected(std::string_view code, std::string_view sender, double after_ms,
                  Transport transport = Transport::tcp) {
  return MadeCase(unreachable, {.transport = transport, .outcome = Outcome::unreachable}).error(code, sender, after_ms);
}
MadeCase closed(std::int64_t rst_ttl) {
  return MadeCase(refused, {.port = 8443, .outcome = Outcome::refused}).attribute("rst_ttl", rst_ttl);
}
MadeCase half_open(Vantage vantage) { return MadeCase(synack_no_ack, {.outcome = Outcome::answered}).vantage(vantage); }
MadeCase in_use(VerdictId verdict) { return MadeCase(verdict, {.outcome = Outcome::answered}); }
MadeCase ping() { return MadeCase(ping_no_reply, {.transport = Transport::icmp}); }
MadeCase arp() { return MadeCase(arp_no_reply, {.transport = Transport::arp, .client = kHop}); }
MadeCase at_server() {
  return silent().vantage(Vantage::server).see({.port = 80, .outcome = Outcome::answered, .server_ttl = 64});
}

/// Three sessions that end at once, before the failure.
MadeCase after_short_sessions(MadeCase made) {
  for (const double at : {0.1, 0.2, 0.3}) {
    Flow flow = made_flow({.outcome = Outcome::answered, .at = at});
    flow.record.side(other(flow.record.initiator)).saw |= saw::fin;
    made.census.add(flow.record, &*flow.detail, Outcome::answered);
  }
  made.finding.first = made.finding.last = at_second(1);
  return made;
}
MadeCase of_windows() { return silent().see({.port = 80, .outcome = Outcome::answered, .server_ttl = 126}); }
MadeCase half_open_beside(MadeCase made) {
  for (int at = 0; at < 5; ++at) {
    Flow flow = made_flow({.client = kOtherClient, .outcome = Outcome::answered});
    flow.record.side(flow.record.initiator).saw = saw::syn;
    made.census.add(flow.record, &*flow.detail, Outcome::answered);
  }
  return made;
}
MadeCase by_turns(VerdictId verdict, const Attempt& attempt = {}) {
  return MadeCase(verdict, attempt)
      .see({.outcome = Outcome::answered, .at = 0.5})
      .see({.outcome = Outcome::answered, .at = 2});
}
MadeCase hung_up(std::uint16_t port) {
  return MadeCase(closed_on_accept, {.port = port, .outcome = Outcome::answered}).attribute("how", std::string("FIN"));
}
MadeCase dns(std::string rcode) {
  return MadeCase(dns_error, {.transport = Transport::udp, .port = 53, .outcome = Outcome::answered})
      .attribute("rcode", std::move(rcode));
}
MadeCase pings_in_part(std::chrono::milliseconds shortest, std::chrono::milliseconds longest) {
  MadeCase made(ping_partial, {.transport = Transport::icmp, .outcome = Outcome::answered});
  made.detail().exchange = {.requests = 16,
                            .replies = 4,
                            .last_request = Time{} + std::chrono::milliseconds(3750),
                            .shortest_reply_gap = shortest,
                            .longest_reply_gap = longest};
  return made;
}

std::vector<Row> rule_cases() {
  MadeCase stopped = at_server().see({.outcome = Outcome::answered, .at = 0.1});
  return {
      {"rule-order", "silent-at-host", Standing::in_family, at_server()},
      {"default-policy-drop", "silent-at-host", Standing::in_family, at_server()},
      {"rules-not-persistent", "silent-at-host", Standing::in_family, std::move(stopped)},
      {"firewalld-zone", "reject-by-host", Standing::in_family, rejected("admin-prohibited", kServer, 0.3)},
      {"windows-firewall", "silent-filter", Standing::in_family, of_windows()},
      {"windows-profile", "silent-filter", Standing::in_family, of_windows()},
      {"windows-stealth-mode", "silent-filter", Standing::in_family, of_windows()},
      {"fail2ban-ban", "reject-by-host", Standing::leads,
       after_short_sessions(rejected("port-unreachable", kServer, 0.3))},
      {"fail2ban-ban", "reject-by-host", Standing::in_family, rejected("port-unreachable", kServer, 0.3)},
      {"forwarding-disabled", "silent-filter", Standing::in_family, silent()},
      {"proxy-required", "silent-filter", Standing::in_family, silent({.server = kPublicServer})},
      {"secondary-address-unconfigured", "silent-at-host", Standing::in_family, at_server()},
      {"address-misconfigured", "silent-neighbour", Standing::in_family, arp()},
      {"timestamps-behind-nat", "silent-filter", Standing::in_family, silent()},
  };
}

MadeCase one_each_second() {
  MadeCase made = silent();
  for (int at = 1; at <= 5; ++at) {
    made.see({.outcome = Outcome::answered, .at = at * 1.0}).see({.at = at + 0.3}).see({.at = at + 0.6});
  }
  return made;
}

std::vector<Row> limit_cases() {
  return {
      {"rate-limited", "rate-limited", Standing::leads,
       pings_in_part(std::chrono::milliseconds(1000), std::chrono::milliseconds(1002))},
      {"path-loss", "lossy-path", Standing::leads,
       pings_in_part(std::chrono::milliseconds(250), std::chrono::milliseconds(1250))},
      {"rate-limited", "silent-filter", Standing::leads, one_each_second()},
      {"conntrack-full", "silent-filter", Standing::in_family, silent()},
      {"conntrack-invalid", "state-or-path", Standing::in_family, MadeCase(one_way, {.outcome = Outcome::answered})},
      {"syn-queue-overflow", "syn-queue-overflow", Standing::leads,
       half_open_beside(by_turns(syn_no_reply).vantage(Vantage::server))},
      {"accept-queue-overflow", "accept-queue-overflow", Standing::leads,
       MadeCase(handshake_ack_lost, {.outcome = Outcome::answered}).vantage(Vantage::server)},
      {"bandwidth-exhausted", "lossy-path", Standing::in_family, MadeCase(packet_loss, {.outcome = Outcome::answered})},
      {"resource-exhaustion", "hung-up", Standing::leads,
       hung_up(22).attribute("text", std::string("Exceeded MaxStartups"))},
  };
}

std::vector<Row> service_cases() {
  return {
      {"tcp-wrappers", "hung-up", Standing::leads, hung_up(22).attribute("after_ms", 5010.0)},
      {"source-not-allowed", "hung-up", Standing::leads,
       hung_up(3306).attribute("text", std::string("Host '10.9.1.2' is not allowed to connect"))},
      {"service-closes", "hung-up", Standing::leads, hung_up(80)},
      {"selinux-denied", "hung-up", Standing::in_family, hung_up(80)},
      {"apparmor-denied", "hung-up", Standing::in_family, hung_up(80)},
      {"port-conflict", "hung-up", Standing::in_family, hung_up(80)},
      {"service-closes", "application", Standing::leads,
       MadeCase(reset, {.outcome = Outcome::answered}).attribute("who", std::string("responder"))},
      {"slow-application", "application", Standing::leads, MadeCase(no_response, {.outcome = Outcome::answered})},
      {"slow-application", "application", Standing::leads, MadeCase(zero_window, {.outcome = Outcome::answered})},
      {"stale-connection-reuse", "stale-connection-reuse", Standing::leads,
       MadeCase(syn_challenged, {.outcome = Outcome::answered})},
      {"client-firewall", "client-discards", Standing::in_family, half_open(Vantage::client)},
      {"dns-failure", "name-service", Standing::leads, dns("SERVFAIL")},
      {"source-not-allowed", "name-service", Standing::leads, dns("REFUSED")},
      {"duplicate-address", "duplicate-address", Standing::leads,
       MadeCase(address_conflict, {.transport = Transport::arp, .client = kHop, .outcome = Outcome::answered})},
      {"scan-noise", "scan-noise", Standing::leads,
       MadeCase(half_open_scan, {.client = kPublicClient, .outcome = Outcome::answered})},
      {"host-compromised-or-scanned", "host-compromised-or-scanned", Standing::leads,
       MadeCase(half_open_scan, {.outcome = Outcome::answered})},
      {"syn-flood", "syn-flood", Standing::leads,
       half_open_beside(MadeCase(synack_reset, {.client = kPublicClient, .outcome = Outcome::answered, .tries = 1}))},
      {"normal-close", "normal-close", Standing::leads,
       MadeCase(synack_reset, {.outcome = Outcome::answered})
           .see({.client = kOtherClient, .outcome = Outcome::answered})},
  };
}

std::vector<Row> silent_cases() {
  MadeCase group = silent({.client = kPublicClient, .server = kPublicServer})
                       .see({.client = kClient, .server = kPublicServer, .outcome = Outcome::answered});
  group.platform = "aws";
  MadeCase acl = silent().see({.port = 80, .outcome = Outcome::answered});
  acl.platform = "alibaba";
  MadeCase signs = silent();
  signs.client_side().saw |= saw::signed_segment;
  MadeCase weak(udp_no_reply, {.transport = Transport::udp, .port = 53, .tries = 1});
  weak.capture.quality.push_back({.id = QualityId::capture_lost_packets, .detail = "", .affects = {udp_no_reply}});
  MadeCase some_open =
      at_server().see({.outcome = Outcome::answered, .at = 0.5}).see({.outcome = Outcome::answered, .at = 2});
  return {
      {"host-firewall-drop", "silent-at-host", Standing::leads, at_server()},
      {"host-firewall-egress", "silent-at-host", Standing::in_family, at_server()},
      {"network-firewall-drop", "silent-filter", Standing::in_family, silent()},
      {"network-firewall-drop", "silent-filter", Standing::in_family,
       MadeCase(udp_no_reply, {.transport = Transport::udp, .port = 53})},
      {"host-firewall-drop", "silent-filter", Standing::in_family,
       silent().vantage(Vantage::client).see({.port = 80, .outcome = Outcome::answered})},
      {"stateless-return-blocked", "silent-filter", Standing::in_family, silent().vantage(Vantage::client)},
      {"security-group-ingress", "silent-filter", Standing::leads, std::move(group)},
      {"network-acl-ingress", "silent-filter", Standing::in_family, std::move(acl)},
      {"client-egress-blocked", "silent-filter", Standing::leads,
       silent({.server = kPublicServer}).see({.server = kOtherServer}).see({.server = "198.51.100.21"})},
      {"accept-queue-overflow", "silent-at-host", Standing::leads, std::move(some_open)},
      {"tcp-md5-mismatch", "tcp-md5-mismatch", Standing::leads, std::move(signs)},
      {"capture-artifact", "capture-artifact", Standing::leads, std::move(weak)},
      {"host-down", "host-down", Standing::leads,
       silent().see({.port = 80}).see({.transport = Transport::arp, .client = kHop})},
  };
}

std::vector<Row> answered_cases() {
  return {
      {"host-firewall-reject", "reject-by-host", Standing::leads, rejected("port-unreachable", kServer, 0.3)},
      {"host-firewall-reject", "reject-by-host", Standing::leads, rejected("host-prohibited", kServer, 0.3)},
      {"host-firewall-reject", "reject-by-host", Standing::leads, rejected("net-unreachable", kServer, 0.3)},
      {"host-firewall-reject", "reject-by-host", Standing::leads, rejected("address-unreachable", kServer, 0.3)},
      {"network-firewall-reject", "reject-by-hop", Standing::leads, rejected("host-prohibited", kHop, 0.3)},
      {"network-firewall-reject", "reject-by-hop", Standing::leads, rejected("admin-prohibited", kHop, 0.3)},
      {"network-firewall-reject", "reject-by-hop", Standing::leads,
       rejected("admin-prohibited", kHop, 0.3, Transport::udp)},
      {"network-firewall-reject", "reject-by-hop", Standing::leads, rejected("port-unreachable", kHop, 0.3)},
      {"host-down", "silent-neighbour", Standing::leads, rejected("host-unreachable", kHop, 3060)},
      {"host-down", "silent-neighbour", Standing::leads, rejected("address-unreachable", kHop, 3060)},
      {"no-route", "no-route", Standing::leads, rejected("net-unreachable", kHop, 0.3)},
      {"no-route", "no-route", Standing::leads, rejected("no-route", kHop, 0.3)},
      {"no-route", "no-route", Standing::leads, rejected("host-unreachable", kHop, 0.3)},
      {"service-not-listening", "refused-by-host", Standing::leads,
       rejected("port-unreachable", kServer, 0.3, Transport::udp)},
      {"service-not-listening", "refused-by-host", Standing::leads, closed(62)},
      {"service-not-listening", "refused-by-host", Standing::leads,
       closed(62).see({.port = 80, .outcome = Outcome::answered, .server_ttl = 62})},
      {"service-on-loopback-only", "refused-by-host", Standing::in_family, closed(62)},
      {"firewall-reject-reset", "firewall-reject-reset", Standing::leads,
       closed(63).see({.port = 80, .outcome = Outcome::answered, .server_ttl = 62})},
      {"routing-loop", "routing-loop", Standing::leads, MadeCase(ttl_exceeded)},
      {"host-down", "silent-neighbour", Standing::leads, arp()},
      {"wrong-address-or-port", "silent-neighbour", Standing::in_family, arp()},
      {"interface-down", "silent-neighbour", Standing::in_family, arp()},
  };
}

std::vector<Row> later_cases() {
  MadeCase acl = half_open(Vantage::server);
  acl.platform = "aws";
  MadeCase tunnel = in_use(pmtu_blackhole);
  tunnel.detail().senders[0].mss = 1380;
  return {
      {"stateless-return-blocked", "silent-return-path", Standing::leads, half_open(Vantage::unknown)},
      {"stateless-return-blocked", "silent-return-path", Standing::leads, half_open(Vantage::server)},
      {"asymmetric-routing", "silent-return-path", Standing::in_family, half_open(Vantage::path)},
      {"network-acl-egress", "silent-return-path", Standing::leads, std::move(acl)},
      {"reverse-path-filter", "client-discards", Standing::leads, half_open(Vantage::client)},
      {"path-loss", "path-loss", Standing::leads, in_use(slow_handshake)},
      {"icmp-frag-needed-blocked", "path-mtu", Standing::leads, in_use(pmtu_blackhole)},
      {"icmp-frag-needed-blocked", "path-mtu", Standing::in_family, in_use(stalled).attribute("size_suspect", true)},
      {"tunnel-mtu", "path-mtu", Standing::in_family, std::move(tunnel)},
      {"tunnel-mtu", "tunnel-mtu", Standing::leads, in_use(frag_needed)},
      {"state-lost", "state-or-path", Standing::leads, in_use(one_way)},
      {"network-firewall-drop", "state-or-path", Standing::in_family, in_use(one_way)},
      {"network-firewall-drop", "state-or-path", Standing::in_family, in_use(stalled).attribute("size_suspect", false)},
      {"icmp-blocked", "echo-filter", Standing::leads, ping().see({.port = 80, .outcome = Outcome::answered})},
      {"icmp-echo-ignored", "echo-filter", Standing::in_family, ping().vantage(Vantage::server)},
  };
}

MadeCase in_cloud(MadeCase made, std::string_view platform = "alibaba") {
  made.platform = platform;
  return made;
}
MadeCase from_outside() {
  return silent({.client = kPublicClient, .server = kPublicServer})
      .see({.client = kPublicClient, .server = kPublicServer, .port = 80});
}
MadeCase killed_by_reset(std::string_view who, std::string_view phase) {
  return MadeCase(VerdictId::reset,
                  {.client = kClient, .server = kPublicServer, .port = 80, .outcome = Outcome::answered})
      .attribute("who", std::string(who))
      .attribute("phase", std::string(phase));
}
MadeCase idle(double silence) {
  return in_use(idle_expired)
      .attribute("silence_seconds", silence)
      .attribute("longest_survived_seconds", 240.0)
      .attribute("shortest_killed_seconds", silence);
}
MadeCase answered_by(std::string_view answerer) {
  MadeCase made(synack_misaddressed);
  made.client_side().next = TcpSeq(501);
  Flow stray = made_flow({.server = answerer, .outcome = Outcome::answered});
  stray.record.side(other(stray.record.initiator)).acked = TcpSeq(501);
  made.census.add_stray_syn_ack(stray.record);
  return made;
}
/// Attempts from some ports that never open, from others that open at once.
MadeCase by_ports() {
  MadeCase made = silent({.tries = 6});
  made.finding.exemplars.push_back(made_flow({.at = 2, .tries = 6}));
  return made.see({.at = 2, .tries = 6})
      .see({.outcome = Outcome::answered, .at = 0.5, .tries = 1})
      .see({.outcome = Outcome::answered, .at = 3, .tries = 1});
}

std::vector<Row> translation_and_path_cases() {
  MadeCase unroutable = half_open(Vantage::server);
  unroutable.detail().icmp[0] = {.sender = ip(kHop), .type = 3, .about = other(unroutable.record().initiator)};
  unroutable.detail().icmp_count = 1;
  MadeCase crowded =
      silent().see({.outcome = Outcome::answered, .at = 0.5}).see({.outcome = Outcome::answered, .at = 2});
  for (int at = 0; at < 1000; ++at) crowded.see({.server = kOtherServer, .outcome = Outcome::answered});
  MadeCase abroad(packet_loss, {.server = kPublicServer, .outcome = Outcome::answered, .tries = 1});
  abroad.detail().syn_first = at_second(1);
  abroad.detail().handshake_ack = at_second(1.25);
  MadeCase fragments = MadeCase(fragments_incomplete, {.transport = Transport::udp, .port = 53});
  return {
      {"idle-timeout", "idle-timeout", Standing::leads, idle(360)},
      {"idle-timeout", "idle-timeout", Standing::leads, killed_by_reset("responder", "after-idle")},
      {"ips-block", "payload-filter", Standing::leads, killed_by_reset("injected", "after-first-request")},
      {"carrier-content-filter", "payload-filter", Standing::in_family,
       killed_by_reset("injected", "after-client-hello")},
      {"domain-filing-missing", "payload-filter", Standing::in_family,
       killed_by_reset("injected", "after-first-request")},
      {"injected-reset", "injected-reset", Standing::leads, killed_by_reset("injected", "mid-transfer")},
      {"nat-asymmetry", "translation", Standing::leads, answered_by("10.9.2.3")},
      {"hairpin-nat", "translation", Standing::leads, answered_by("10.9.1.9")},
      {"nat-missing-masquerade", "silent-return-path", Standing::in_family, std::move(unroutable)},
      {"dnat-target-wrong", "refused-by-host", Standing::in_family, closed(62)},
      {"dnat-not-forwarded", "silent-filter", Standing::in_family, from_outside()},
      {"nat-port-exhaustion", "", Standing::considered, std::move(crowded)},
      {"one-path-of-many", "one-path-of-many", Standing::leads, by_ports()},
      {"fragments-blocked", "fragments-blocked", Standing::leads,
       fragments.attribute("whole_datagrams", std::int64_t{0})},
      {"carrier-blocked-port", "silent-filter", Standing::in_family, silent({.server = kPublicServer, .port = 445})},
      {"cross-border-congestion", "", Standing::considered, std::move(abroad)},
  };
}

std::vector<Row> cloud_cases() {
  return {
      {"security-group-egress", "silent-filter", Standing::in_family, in_cloud(silent({.server = kPublicServer}))},
      {"nsg-priority", "silent-filter", Standing::in_family, in_cloud(silent(), "azure")},
      {"network-acl-overrides-group", "silent-filter", Standing::in_family, in_cloud(silent(), "aws")},
      {"cloud-firewall-access-control", "silent-filter", Standing::in_family, in_cloud(from_outside())},
      {"cloud-firewall-internal", "silent-filter", Standing::in_family, in_cloud(silent())},
      {"cloud-firewall-ips", "payload-filter", Standing::in_family,
       in_cloud(killed_by_reset("injected", "after-first-request"))},
      {"gateway-route-missing", "silent-return-path", Standing::in_family, in_cloud(half_open(Vantage::server))},
      {"public-address-misbound", "silent-filter", Standing::in_family, in_cloud(from_outside())},
      {"peering-missing", "silent-filter", Standing::in_family, in_cloud(silent())},
      {"ddos-blackhole", "silent-filter", Standing::in_family, in_cloud(from_outside())},
      {"instance-stopped", "", Standing::considered, in_cloud(silent().see({.port = 80}))},
      {"load-balancer-no-backend", "", Standing::considered, in_cloud(in_use(closed_on_accept))},
      {"load-balancer-health-check-blocked", "silent-filter", Standing::in_family,
       in_cloud(silent({.client = "35.191.7.7"}), "gcp")},
  };
}

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const Ranking ranking = rank(embedded(), row.made.about());
    INFO(row.cause << " for " << name(row.made.finding.verdict) << " at " << name(row.made.finding.vantage));
    REQUIRE_FALSE(ranking.families.empty());
    for (const ScoredCause& cause : ranking.causes) {
      UNSCOPED_INFO(cause.entry->id << " " << cause.probability);
    }
    if (row.standing == Standing::considered) {
      const auto found = std::ranges::find(ranking.causes, row.cause,
                                           [](const ScoredCause& cause) { return std::string_view(cause.entry->id); });
      REQUIRE(found != ranking.causes.end());
      CHECK(found->probability > kWorthATest);
      continue;
    }
    CHECK(ranking.families.front().id == row.family);
    CHECK(ranking.families.front().probability > 0.4);
    const auto& members = ranking.families.front().members;
    const bool member =
        std::ranges::any_of(members, [&](std::size_t at) { return ranking.causes[at].entry->id == row.cause; });
    CHECK(member);
    if (row.standing == Standing::leads) CHECK(ranking.causes.front().entry->id == row.cause);
  }
}

TEST_CASE("silence is ranked by where it was seen and by who else is answered", "[cause]") { check(silent_cases()); }
TEST_CASE("a rejection is ranked by its code, its sender and its time", "[cause]") { check(answered_cases()); }
TEST_CASE("what fails after the first packet is ranked by what still passes", "[cause]") { check(later_cases()); }
TEST_CASE("translators, paths and what reads requests are told apart by who ended it and how", "[cause]") {
  check(translation_and_path_cases());
}

TEST_CASE("causes of a cloud stay beside the general ones until its own tools speak", "[cause]") {
  check(cloud_cases());
}

TEST_CASE("rules and addresses of a host are ranked beside what they look like", "[cause]") { check(rule_cases()); }
TEST_CASE("limits are told from loss by their rhythm, and from rules by what gets through", "[cause]") {
  check(limit_cases());
}

TEST_CASE("services that hang up or keep silent are told apart by words and times", "[cause]") {
  check(service_cases());
}

TEST_CASE("every cause of the catalog has a case of its own", "[cause]") {
  std::vector<Row> rows = silent_cases();
  for (auto* make :
       {answered_cases, later_cases, translation_and_path_cases, cloud_cases, rule_cases, limit_cases, service_cases}) {
    for (Row& row : make()) rows.push_back(std::move(row));
  }
  for (const CauseEntry& cause : embedded().causes()) {
    INFO(cause.id);
    CHECK(std::ranges::find(rows, cause.id, &Row::cause) != rows.end());
  }
}

}  // namespace
}  // namespace whydrop
