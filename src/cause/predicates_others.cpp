// Predicates about the rest of the capture: who else got through, to what else, and when.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "src/cause/predicates.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

bool contains(const std::vector<IpAddress>& addresses, const IpAddress& wanted) {
  return std::ranges::find(addresses, wanted) != addresses.end();
}

/// "10.9.3.4, 10.9.3.5 and 7 more".
std::string listed(const std::vector<IpAddress>& addresses) {
  constexpr std::size_t kShown = 2;
  std::vector<std::string> shown;
  for (const IpAddress& address : addresses) {
    if (shown.size() == kShown) break;
    shown.push_back(to_string(address));
  }
  std::string text = fmt::format("{}", fmt::join(shown, ", "));
  if (addresses.size() > kShown) text += fmt::format(" and {} more", addresses.size() - kShown);
  return text;
}

/// Clients that the service answers and that do not suffer from this finding.
std::vector<IpAddress> other_answered_clients(const Case& about, const ServiceFacts& service) {
  std::vector<IpAddress> others;
  for (const IpAddress& client : service.answered_clients) {
    const bool same = about.finding.client.address ? client == *about.finding.client.address
                                                   : contains(service.silent_clients, client);
    if (!same) others.push_back(client);
  }
  return others;
}

/// The list of a service's clients is bounded: a full one may lack anybody.
bool may_have_answered(const ServiceFacts* service, const IpAddress& client) {
  if (service == nullptr) return false;
  return service->answered_clients.size() == ServiceFacts::kClients || contains(service->answered_clients, client);
}

/// One client both got answers from the service and waited for them in vain.
bool same_client_in_both(const Case& about, const ServiceFacts& service) {
  if (about.finding.client.address) return contains(service.answered_clients, *about.finding.client.address);
  return std::ranges::any_of(service.answered_clients,
                             [&](const IpAddress& client) { return contains(service.silent_clients, client); });
}

/// These verdicts need a server that had answered before: its packets say nothing about the time of the failure.
bool failed_in_use(VerdictId verdict) { return verdict == VerdictId::stalled || verdict == VerdictId::one_way; }

/// Attempts that begin this close together, as a browser's do, differ by chance or by count, not by a change in time.
constexpr Duration kTogether = std::chrono::milliseconds(200);

/// So do many attempts that were started at once on a busy machine, which takes a second or two to send them.
bool is_one_burst(const ServiceFacts& service) {
  constexpr std::uint64_t kMany = 5;
  constexpr Duration kBurst = std::chrono::seconds(2);
  return service.answered + service.silent >= kMany && std::max(service.last_answered, service.last_silent) -
                                                               std::min(service.first_answered, service.first_silent) <=
                                                           kBurst;
}

bool stopped_answering(const ServiceFacts& service) {
  return service.answered > 0 && service.silent > 0 && service.last_answered + kTogether < service.first_silent &&
         !is_one_burst(service);
}

std::string_view class_name(const IpAddress& address) { return fact::is_private(address) ? "private" : "public"; }

}  // namespace

Answer ask_service_answers_others(const Case& about) {
  const ServiceFacts* service = about.service();
  if (service == nullptr) return unknown();
  // Without one client of its own, a finding of refused attempts cannot tell its clients from the answered ones.
  if (!about.finding.client.address && service->silent_clients.empty()) return unknown();
  const std::vector<IpAddress> others = other_answered_clients(about, *service);
  if (!others.empty()) return holds(fmt::format("{} answers other clients: {}", about.server_text(), listed(others)));
  if (service->answered == 0 && service->silent_clients.size() >= 2) {
    return contrary(fmt::format("{} answers none of the clients that tried: {}", about.server_text(),
                                listed(service->silent_clients)));
  }
  return unknown();
}

Answer ask_service_answers_only_other_class(const Case& about) {
  const ServiceFacts* service = about.service();
  const auto& client = about.finding.client.address;
  if (service == nullptr || !client) return unknown();
  const std::vector<IpAddress> others = other_answered_clients(about, *service);
  if (others.empty()) return unknown();
  const bool same_class = std::ranges::any_of(
      others, [&](const IpAddress& other) { return fact::is_private(other) == fact::is_private(*client); });
  if (same_class) {
    return contrary(
        fmt::format("{} answers other {} clients too: {}", about.server_text(), class_name(*client), listed(others)));
  }
  return holds(fmt::format("{} answers {} clients ({}), but not the {} one, {}", about.server_text(),
                           class_name(others.front()), listed(others), class_name(*client), to_string(*client)));
}

Answer ask_same_client_reaches_other_port(const Case& about) {
  const PairFacts* pair = about.pair();
  if (pair == nullptr) return unknown();
  const std::string server = to_string(*about.finding.server.address);
  if (pair->answered == 0) {
    if (pair->failed <= about.finding.count) return unknown();
    return contrary(fmt::format("{} failed to reach anything on {}, in {}", about.client_text(), server,
                                counted(pair->failed, "attempt")));
  }
  if (may_have_answered(about.service(), *about.finding.client.address)) return unknown();
  return holds(fmt::format("{} got {} from {} on other ports or by ping", about.client_text(),
                           counted(pair->answered, "answer"), server));
}

Answer ask_client_silent_everywhere(const Case& about) {
  const HostFacts* client = about.client();
  const PairFacts* pair = about.pair();
  if (client == nullptr || pair == nullptr) return unknown();
  if (client->client_answered > pair->answered) {
    return contrary(fmt::format("{} gets answers from other hosts: {}", about.client_text(),
                                counted(client->client_answered - pair->answered, "flow")));
  }
  if (client->client_answered == 0 && client->client_failed > pair->failed) {
    return holds(fmt::format("{} gets no answer from any host: {} failed", about.client_text(),
                             counted(client->client_failed, "attempt")));
  }
  return unknown();
}

Answer ask_host_alive(const Case& about) {
  const auto& address = about.finding.server.address;
  if (!address) return unknown();
  const std::string server = to_string(*address);
  if (about.finding.vantage == Vantage::server) return holds("the capture was taken at " + server + ": it runs");
  if (failed_in_use(about.finding.verdict)) return unknown();
  const ServiceFacts* service = about.service();
  if (service != nullptr && stopped_answering(*service)) return unknown();
  const HostFacts* host = about.server();
  if (host != nullptr && (host->packets_sent > 0 || host->neighbor_answered > 0)) {
    return holds(fmt::format("{} is alive: {} from it in this capture", server,
                             counted(std::max(host->packets_sent, host->neighbor_answered), "packet")));
  }
  return contrary("not one packet from " + server + " in this capture");
}

Answer ask_host_silent_everywhere(const Case& about) {
  const HostFacts* host = about.server();
  if (host == nullptr || host->packets_sent > 0) return unknown();
  // Address resolution is counted as a service of its own; it asks the link, not the host's ports.
  const bool resolved = host->neighbor_answered + host->neighbor_silent > 0;
  const auto tried = about.census.services_of(*about.finding.server.address).size() - (resolved ? 1 : 0);
  if (tried < 2) return unknown();
  return holds(fmt::format("{} stays silent on all {} ports and protocols that were tried",
                           to_string(*about.finding.server.address), tried));
}

Answer ask_other_port_refuses(const Case& about) {
  const HostFacts* host = about.server();
  if (host == nullptr) return unknown();
  const std::uint64_t own = about.finding.verdict == VerdictId::refused ? about.finding.count : 0;
  if (host->tcp_refused <= own) return unknown();
  return holds(fmt::format("{} refuses other ports: {} answered by RST", to_string(*about.finding.server.address),
                           counted(host->tcp_refused - own, "attempt")));
}

Answer ask_echo_works_tcp_silent(const Case& about) {
  const HostFacts* host = about.server();
  const Transport transport = about.finding.transport;
  if (host == nullptr || (transport != Transport::tcp && transport != Transport::udp)) return unknown();
  const std::string server = to_string(*about.finding.server.address);
  if (host->echo_answered > 0) return holds(server + " answers pings");
  if (host->echo_silent > 0) return contrary(server + " does not answer pings either");
  return unknown();
}

Answer ask_tcp_works_echo_silent(const Case& about) {
  const HostFacts* host = about.server();
  const Transport transport = about.finding.transport;
  if (host == nullptr || (transport != Transport::icmp && transport != Transport::icmp6)) return unknown();
  const std::string server = to_string(*about.finding.server.address);
  const std::uint64_t answered = host->tcp_answered + host->tcp_refused + host->udp_answered;
  if (answered > 0) return holds(fmt::format("{} answers TCP or UDP: {}", server, counted(answered, "attempt")));
  if (host->tcp_silent + host->udp_silent > 0) return contrary(server + " does not answer TCP or UDP either");
  return unknown();
}

Answer ask_partial_success_same_time(const Case& about) {
  const ServiceFacts* service = about.service();
  if (service == nullptr || service->silent == 0) return unknown();
  if (service->answered == 0) {
    if (service->silent < 3) return unknown();
    return contrary(fmt::format("all {} attempts at {} failed alike", service->silent, about.server_text()));
  }
  const bool overlap =
      service->first_answered <= service->last_silent && service->first_silent <= service->last_answered + kTogether;
  if (!(overlap || is_one_burst(*service)) || !same_client_in_both(about, *service)) return unknown();
  return holds(fmt::format("{} attempts at {} were answered and {} were not, at the same time and from the same client",
                           service->answered, about.server_text(), service->silent));
}

Answer ask_worked_then_stopped(const Case& about) {
  const ServiceFacts* service = about.service();
  if (service == nullptr || service->answered == 0 || service->silent == 0) return unknown();
  if (!same_client_in_both(about, *service)) return unknown();
  if (stopped_answering(*service)) {
    return holds(fmt::format("{} answered {}, the last {} before the first silence", about.server_text(),
                             counted(service->answered, "attempt"),
                             human(service->first_silent - service->last_answered)));
  }
  if (service->last_answered > service->last_silent) {
    return contrary(about.server_text() + " answered again after these failures");
  }
  return unknown();
}

Answer ask_neighbor_unanswered_for_server(const Case& about) {
  const HostFacts* host = about.server();
  if (host == nullptr) return unknown();
  const std::string server = to_string(*about.finding.server.address);
  if (host->neighbor_answered > 0) return contrary(server + " answers its neighbours' address questions");
  if (host->neighbor_silent == 0) return unknown();
  return holds(fmt::format("nobody answers for {} on its own link: {} unanswered", server,
                           counted(host->neighbor_silent, "address question")));
}

Answer ask_ttl_exceeded_on_the_way(const Case& about) {
  const PairFacts* pair = about.pair();
  if (pair == nullptr || !pair->ttl_exceeded) return unknown();
  return holds(fmt::format("a hop between {} and {} reported an expired TTL", about.client_text(),
                           to_string(*about.finding.server.address)));
}

Answer ask_client_scans(const Case& about) {
  constexpr std::uint64_t kScannedServices = 3;
  const auto& client = about.finding.client.address;
  if (!client) return unknown();
  if (about.census.is_scanner(*client, about.finding.transport)) {
    return holds(fmt::format("{} tries many ports or hosts without completing", to_string(*client)));
  }
  const std::uint64_t half_open = about.census.half_open_services(*client);
  if (half_open < kScannedServices) return unknown();
  return holds(fmt::format("{} answers the SYN-ACKs of {} services with RST", to_string(*client), half_open));
}

Answer ask_client_has_several_ttls(const Case& about) {
  const PairFacts* pair = about.pair();
  // A traceroute changes the hop limit on purpose.
  if (pair == nullptr || pair->client_ttls < 2 || pair->ttl_exceeded) return unknown();
  return holds(fmt::format("packets from {} arrive with TTL {} and with others: more than one machine, or path",
                           about.client_text(), pair->first_ttl));
}

Answer ask_address_claimed_twice(const Case& about) {
  const HostFacts* host = about.server();
  if (host == nullptr) return unknown();
  const std::string server = to_string(*about.finding.server.address);
  if (host->claimed_twice) return holds("two MAC addresses answer for " + server);
  if (host->neighbor_answered == 0) return unknown();
  return contrary("one MAC address answers for " + server);
}

Answer ask_cloud_marks_seen(const Case& about) {
  if (about.platform.empty()) return unknown();
  return holds(fmt::format("this network is in a cloud ({})", about.platform));
}

}  // namespace whydrop
