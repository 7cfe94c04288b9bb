// Counting over all flows.
#include "src/verdict/census.h"

#include <algorithm>

#include "src/verdict/census_keys.h"
#include "src/wire/icmp.h"

namespace whydrop {

using namespace census;

namespace {

constexpr std::array<std::uint8_t, 3> kInitialTtls = {64, 128, 255};

bool failed(Outcome outcome) {
  return outcome == Outcome::silent || outcome == Outcome::refused || outcome == Outcome::unreachable;
}

void remember(std::vector<IpAddress>& clients, const IpAddress& client) {
  if (clients.size() == ServiceFacts::kClients) return;
  if (std::ranges::find(clients, client) == clients.end()) clients.push_back(client);
}

bool is_served(const FlowRecord& record) {
  return record.key.transport == Transport::tcp && record.client().has(saw::data) && record.server().has(saw::data);
}

void add_answer_gap(ServiceFacts& service, Time when) {
  if (service.answered == 0 || when < service.last_answered) return;
  const Duration gap = when - service.last_answered;
  service.shortest_answer_gap = service.answered == 1 ? gap : std::min(service.shortest_answer_gap, gap);
  service.longest_answer_gap = std::max(service.longest_answer_gap, gap);
}

bool is_half_open(const FlowRecord& record) {
  const FlowSide& client = record.client();
  return record.key.transport == Transport::tcp && client.has(saw::syn) && record.server().has(saw::syn_ack) &&
         !client.has_any(saw::ack | saw::data | saw::rst | saw::odd_rst);
}

void add_service(ServiceFacts& service, const FlowRecord& record, Outcome outcome) {
  const IpAddress client = record.client_endpoint().address;
  switch (outcome) {
    case Outcome::answered:
      add_answer_gap(service, record.first);
      widen(service.first_answered, service.last_answered, service.answered == 0, record.first);
      ++service.answered;
      service.opened_late += record.client().syns > 1 ? 1U : 0U;
      service.served += is_served(record) ? 1U : 0U;
      remember(service.answered_clients, client);
      break;
    case Outcome::silent:
      widen(service.first_silent, service.last_silent, service.silent == 0, record.first);
      ++service.silent;
      remember(service.silent_clients, client);
      break;
    case Outcome::refused: ++service.refused; break;
    case Outcome::unreachable: ++service.unreachable; break;
    case Outcome::unjudged: break;
  }
}

void count_outcome(HostFacts& host, Transport transport, Outcome outcome) {
  const bool answered = outcome == Outcome::answered;
  const bool silent = outcome == Outcome::silent;
  switch (transport) {
    case Transport::tcp:
      host.tcp_answered += answered ? 1U : 0U;
      host.tcp_silent += silent ? 1U : 0U;
      host.tcp_refused += outcome == Outcome::refused ? 1U : 0U;
      break;
    case Transport::udp:
      host.udp_answered += answered ? 1U : 0U;
      host.udp_silent += silent ? 1U : 0U;
      break;
    case Transport::icmp:
    case Transport::icmp6:
      host.echo_answered += answered ? 1U : 0U;
      host.echo_silent += silent ? 1U : 0U;
      break;
    case Transport::arp:
    case Transport::nd:
      host.neighbor_answered += answered ? 1U : 0U;
      host.neighbor_silent += silent ? 1U : 0U;
      break;
    case Transport::udp_lite:
    case Transport::sctp:
    case Transport::dccp:
    case Transport::esp:
    case Transport::none:
    case Transport::other: break;
  }
}

Outcome tcp_outcome(const FlowRecord& record) {
  const FlowSide& client = record.client();
  const FlowSide& server = record.server();
  if (server.packets == 0) {
    const bool only_asks = client.has(saw::syn) && !client.has_any(saw::ack | saw::data | saw::rst);
    return only_asks ? Outcome::silent : Outcome::unjudged;
  }
  if (server.has(saw::syn_ack))
    return client.has(saw::syn) || client.packets == 0 ? Outcome::answered : Outcome::unjudged;
  if (server.has(saw::rst) && client.has(saw::syn) && !server.has_any(saw::ack | saw::data)) return Outcome::refused;
  return client.packets != 0 && server.has_any(saw::ack | saw::data) ? Outcome::answered : Outcome::unjudged;
}

std::uint8_t ttl_sign(std::uint8_t ttl) {
  if (ttl == 0) return 0;
  const bool initial = std::ranges::find(kInitialTtls, ttl) != kInitialTtls.end();
  return initial ? locality::ttl : locality::distant;
}

void add_locality(HostFacts& host, const FlowSide& facts, const FlowSide& peer) {
  constexpr std::uint16_t kOffloadMarks = saw::oversize | saw::bad_checksum;
  if (facts.packets == 0) return;
  host.local_signs |= ttl_sign(facts.ttl);
  if (facts.has(saw::outbound)) host.local_signs |= locality::direction;
  if (facts.has_any(kOffloadMarks) && !peer.has_any(kOffloadMarks)) host.local_signs |= locality::offload;
}

bool lacks_route(const FlowRecord& record, const FlowDetail& detail) {
  constexpr std::uint8_t kNetUnreachable = 0;  // no-route in ICMPv6, with the same number
  const auto errors = std::span(detail.icmp).first(detail.icmp_count);
  return std::ranges::any_of(errors, [&](const IcmpErrorFact& error) {
    return error.code == kNetUnreachable &&
           icmp_meaning(!record.key.low.is_v4(), error.type, error.code) == IcmpMeaning::unreachable;
  });
}

bool may_scan(const FlowRecord& record, const FlowDetail* detail) {
  const Transport transport = record.key.transport;
  if (transport == Transport::tcp || transport == Transport::udp) return true;
  const bool echo = transport == Transport::icmp || transport == Transport::icmp6;
  return echo && detail != nullptr && detail->exchange.requests <= AttemptFacts::kSweepPings;
}

bool is_neighbor(const FlowRecord& record) {
  return record.key.transport == Transport::arp || record.key.transport == Transport::nd;
}

void add_as_client(HostFacts& host, const FlowRecord& record, Outcome outcome) {
  add_locality(host, record.client(), record.server());
  if (record.near == Nearness::client) host.local_signs |= locality::round_trip;
  if (is_neighbor(record)) {
    ++host.neighbor_asked;
    return;
  }
  host.packets_sent += record.client().packets;
  host.client_answered += outcome == Outcome::answered ? 1U : 0U;
  host.client_failed += failed(outcome) ? 1U : 0U;
  if (record.key.transport != Transport::tcp || record.packets() < 2) return;
  const bool both = record.client().packets != 0 && record.server().packets != 0;
  const bool answers_missing = record.server().packets == 0 && record.client().has_any(saw::ack | saw::ack_moved);
  host.two_way += both ? 1U : 0U;
  host.one_sided += answers_missing ? 1U : 0U;
}

void add_as_responder(HostFacts& host, const FlowRecord& record, Outcome outcome) {
  add_locality(host, record.server(), record.client());
  if (record.near == Nearness::server) host.local_signs |= locality::round_trip;
  if (!is_neighbor(record)) host.packets_sent += record.server().packets;
  if (record.server().has(saw::syn_ack)) host.opened_ttl = record.server().ttl;
  count_outcome(host, record.key.transport, outcome);
}

}  // namespace

Outcome outcome_of(const FlowRecord& record, const FlowDetail* detail) {
  if (detail != nullptr && record.server().packets == 0) {
    for (const IcmpErrorFact& error : std::span(detail->icmp).first(detail->icmp_count)) {
      const bool unreachable =
          icmp_meaning(!record.key.low.is_v4(), error.type, error.code) == IcmpMeaning::unreachable;
      if (unreachable && error.about == record.initiator) return Outcome::unreachable;
    }
  }
  if (record.packets() == 0) return Outcome::unjudged;
  if (record.key.transport == Transport::tcp) return tcp_outcome(record);
  if (record.server().packets != 0) return record.client().packets != 0 ? Outcome::answered : Outcome::unjudged;
  const bool asks = record.key.transport != Transport::udp || (detail != nullptr && detail->exchange.expects_reply);
  return asks && record.client().packets != 0 ? Outcome::silent : Outcome::unjudged;
}

ServiceFacts& Census::service_slot(const FlowRecord& record) {
  const Endpoint server = record.server_endpoint();
  const bool ports = has_ports(record.key.transport);
  return services_[service_key(server.address, ports ? server.port : std::uint16_t{0}, record.key.transport)];
}
HostFacts& Census::host_slot(const IpAddress& address) { return hosts_[host_key(address)]; }
PairFacts& Census::pair_slot(const IpAddress& client, const IpAddress& server) {
  return pairs_[pair_key(client, server)];
}

void Census::add_errors(const FlowRecord& record, const FlowDetail& detail) {
  const bool v6 = !record.key.low.is_v4();
  for (const IcmpErrorFact& error : std::span(detail.icmp).first(detail.icmp_count)) {
    host_slot(error.sender).icmp_errors_sent += error.count;
    if (record.packets() == 0) add_stray_error(record, error);
    if (error.about != record.initiator) continue;
    const IcmpMeaning meaning = icmp_meaning(v6, error.type, error.code);
    if (meaning == IcmpMeaning::time_exceeded) {
      pair_slot(record.client_endpoint().address, record.server_endpoint().address).ttl_exceeded = true;
    }
    if (meaning == IcmpMeaning::unreachable && record.packets() != 0) add_rejection(record, error);
  }
}

void Census::add_rejection(const FlowRecord& record, const IcmpErrorFact& error) {
  RejectionFacts& rejections = rejections_[rejection_key(record)];
  const bool first = rejections.error.count == 0;
  if (first) rejections.error = error;
  widen(rejections.first, rejections.last, first, error.time);
}

void Census::add_host_facts(const FlowRecord& record, const FlowDetail* detail, Outcome outcome) {
  add_as_responder(host_slot(record.server_endpoint().address), record, outcome);
  if (detail == nullptr) return;
  add_errors(record, *detail);
  const ExchangeFacts& exchange = detail->exchange;
  if (is_neighbor(record) && (exchange.two_answered || exchange.mac_changes > 1)) {
    host_slot(record.server_endpoint().address).claimed_twice = true;
  }
}

void AttemptFacts::add(const Endpoint& target, Transport transport) {
  if (!any) first = target;
  any = true;
  if (scans || target == first) return;
  const auto place = std::ranges::lower_bound(others, target);
  if (place != others.end() && *place == target) return;
  others.insert(place, target);
  const auto same_host = [&](const Endpoint& one) { return one.address == target.address; };
  const auto ports = std::ranges::count_if(others, same_host) + (same_host(first) ? 1 : 0);
  const auto hosts = [&] {
    std::size_t different = 1;
    for (std::size_t at = 0; at < others.size(); ++at) {
      const bool met = at != 0 && others[at - 1].address == others[at].address;
      different += met || others[at].address == first.address ? 0U : 1U;
    }
    return different;
  };
  scans = static_cast<std::size_t>(ports) >= kScanPorts || (transport != Transport::udp && hosts() >= kScanHosts);
}

void Census::add_attempt(const FlowRecord& record, const FlowDetail* detail, Outcome outcome) {
  if (!failed(outcome) || !may_scan(record, detail)) return;
  // A browser whose router has no route (for IPv6, often) fails at many hosts without having looked for any.
  if (detail != nullptr && lacks_route(record, *detail)) return;
  const Transport transport = record.key.transport;
  Endpoint server = record.server_endpoint();
  if (!has_ports(transport)) server.port = 0;
  attempts_[scanner_key(record.client_endpoint().address, transport)].add(server, transport);
}

void Census::add(const FlowRecord& record, const FlowDetail* detail, Outcome outcome) {
  const Endpoint client = record.client_endpoint();
  const Endpoint server = record.server_endpoint();
  ServiceFacts& service = service_slot(record);
  add_service(service, record, outcome);
  if (is_half_open(record) && !holds_flagged_alone(record)) ++service.half_open;
  if (is_opened(record)) add_opened(record, detail);
  if (record.key.transport == Transport::tcp && outcome != Outcome::unjudged) load_.add(record.first, failed(outcome));
  if (detail != nullptr) service.incomplete_datagrams += detail->fragments.incomplete;
  if (record.handshake_done) ++service.completed;
  const bool first = service.first_attempt == Time{};
  widen(service.first_attempt, service.last_attempt, first, record.first);
  const auto source = hosts_.place(host_key(client.address));
  if (source.is_new) ++service.new_sources;
  add_as_client(source.facts, record, outcome);
  add_host_facts(record, detail, outcome);
  if (record.key.transport == Transport::udp) {
    add_name(record, detail);
    add_transfer(record, detail);
  }
  if (record.key.transport == Transport::tcp && record.packets() != 0) add_flags(record, detail);
  if (is_neighbor(record)) return;  // an address that resolves is no answer from a port
  PairFacts& pair = pair_slot(client.address, server.address);
  pair.answered += outcome == Outcome::answered ? 1U : 0U;
  pair.failed += failed(outcome) ? 1U : 0U;
  const std::uint8_t ttl = record.client().ttl;
  if (ttl == 0) return;
  if (pair.client_ttls == 0) pair.first_ttl = ttl;
  if (pair.client_ttls == 0 || ttl != pair.first_ttl) {
    pair.client_ttls = static_cast<std::uint8_t>(std::min(pair.client_ttls + 1, 2));
  }
}

void Census::make_room_for(const Census& other, const std::function<void()>& pause) {
  services_.make_room_for(other.services_, pause);
  hosts_.make_room_for(other.hosts_, pause);
  pairs_.make_room_for(other.pairs_, pause);
  attempts_.make_room_for(other.attempts_, pause);
}

void Census::prefetch(const FlowRecord& record) const {
  const IpAddress client = record.client_endpoint().address;
  hosts_.prefetch(host_key(client));
  pairs_.prefetch(pair_key(client, record.server_endpoint().address));
  attempts_.prefetch(scanner_key(client, record.key.transport));
}

const ServiceFacts* Census::service(const IpAddress& address, std::uint16_t port, Transport transport) const {
  return services_.find(service_key(address, port, transport));
}
const HostFacts* Census::host(const IpAddress& address) const { return hosts_.find(host_key(address)); }
const PairFacts* Census::pair(const IpAddress& client, const IpAddress& server) const {
  return pairs_.find(pair_key(client, server));
}
const RejectionFacts* Census::rejections(const FlowRecord& flow) const { return rejections_.find(rejection_key(flow)); }

bool Census::is_flooded(const IpAddress& address, std::uint16_t port) const {
  constexpr std::uint64_t kSources = 1000;
  constexpr std::uint64_t kAttemptsEach = 2;
  constexpr std::uint64_t kOneInSoManyGetsIn = 100;
  const ServiceFacts* service = services_.find(service_key(address, port, Transport::tcp));
  if (service == nullptr || service->new_sources <= kSources) return false;
  const std::uint64_t attempts = service->silent + service->answered + service->refused + service->unreachable;
  if (attempts > service->new_sources * kAttemptsEach) return false;
  if (service->completed * kOneInSoManyGetsIn >= attempts) return false;
  const Duration lasted = std::max(service->last_attempt - service->first_attempt, Duration{std::chrono::minutes(1)});
  return service->new_sources / static_cast<std::uint64_t>(lasted / std::chrono::minutes(1)) > kSources;
}

const VisitFacts* Census::visits(const FlowRecord& flow) const { return visits_.find(rejection_key(flow)); }

bool Census::is_scanner(const IpAddress& client, Transport transport) const {
  const AttemptFacts* attempts = attempts_.find(scanner_key(client, transport));
  return attempts != nullptr && attempts->scans;
}

std::vector<const ServiceFacts*> Census::services_of(const IpAddress& address) const {
  std::vector<const ServiceFacts*> services;
  for (const auto& entry : services_.entries()) {
    if (entry.key.high == address) services.push_back(&entry.facts);
  }
  return services;
}

}  // namespace whydrop
