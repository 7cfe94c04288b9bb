// Predicates about what the host that captured knows itself: listening sockets, tracked connections, settings.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "src/cause/host_facts.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

/// The finding's service, where it is on the host whose facts are given, and the sockets that have its port.
struct ServiceHere {
  const HostSnapshot* host = nullptr;
  std::string port;  ///< "tcp port 443 of HOST"
  Listeners listening;
};

std::optional<ServiceHere> service_here(const Case& about) {
  const auto& [address, port] = about.finding.server;
  const Transport transport = about.finding.transport;
  const HostSnapshot* const host = fact::server_host(about);
  if (host == nullptr || !port || (transport != Transport::tcp && transport != Transport::udp)) return std::nullopt;
  const auto kind = transport == Transport::tcp ? HostSocket::Transport::tcp : HostSocket::Transport::udp;
  auto listening = listeners(*host, kind, *address, *port);
  if (!listening) return std::nullopt;
  return ServiceHere{.host = host,
                     .port = fmt::format("{} port {} of {}", name(transport), *port, host->hostname),
                     .listening = std::move(*listening)};
}

std::string listens_here(const Case& about, const ServiceHere& service) {
  return fmt::format("a program on {} listens on {} (its sockets)", service.host->hostname, about.server_text());
}

std::string others_text(const std::vector<const HostSocket*>& sockets) {
  std::set<std::string> addresses;
  for (const HostSocket* socket : sockets) addresses.insert(to_string(socket->address));
  return fmt::format("{}", fmt::join(addresses, ", "));
}

/// A closed port answers; where all is silence, no listener says nothing.
bool was_refused(const Finding& finding) {
  const auto* code = fact::attribute<std::string>(finding, "code");
  return finding.verdict == VerdictId::refused ||
         (finding.verdict == VerdictId::unreachable && code != nullptr && *code == "port-unreachable");
}

Answer setting_is_on(const HostSnapshot& host, HostSetting id) {
  const auto value = host.setting(id);
  if (!value) return unknown();
  const std::string text = fmt::format("on {} {} = {}", host.hostname, name(id), *value);
  return *value != 0 ? holds(text) : contrary(text);
}

}  // namespace

Answer ask_server_is_this_host(const Case& about) {
  const HostSnapshot* const host = fact::server_host(about);
  if (host == nullptr) return unknown();
  return holds(fmt::format("the server is {}, which runs Linux {}", host->hostname, host->kernel));
}

Answer ask_something_listens(const Case& about) {
  const auto service = service_here(about);
  if (!service) return unknown();
  if (!service->listening.here.empty()) return holds(listens_here(about, *service));
  return contrary(
      fmt::format("nothing on {} listens on {} (its sockets)", service->host->hostname, about.server_text()));
}

Answer ask_nothing_listens(const Case& about) {
  const auto service = service_here(about);
  if (!service) return unknown();
  const auto& [here, elsewhere] = service->listening;
  if (!here.empty()) return contrary(listens_here(about, *service));
  if (!elsewhere.empty()) return contrary(service->port + " is listened on at " + others_text(elsewhere));
  return was_refused(about.finding) ? holds("nothing listens on " + service->port + " (its sockets)") : unknown();
}

Answer ask_listens_elsewhere_only(const Case& about) {
  const auto service = service_here(about);
  if (!service) return unknown();
  const auto& [here, elsewhere] = service->listening;
  if (!here.empty()) return contrary(listens_here(about, *service));
  if (elsewhere.empty()) return contrary("nothing listens on " + service->port + " (its sockets)");
  return holds(fmt::format("{} is listened on at {} only (its sockets)", service->port, others_text(elsewhere)));
}

Answer ask_accept_queue_full(const Case& about) {
  const auto service = service_here(about);
  if (!service || about.finding.transport != Transport::tcp) return unknown();
  if (!fact::looked_in_time(about, *service->host) || service->listening.here.empty()) return unknown();
  const HostSocket& fullest = **std::ranges::max_element(service->listening.here, {}, &HostSocket::queued);
  const std::string text = fmt::format("the accept queue of {} holds {}, and is made for {} (its sockets)",
                                       service->port, counted(fullest.queued, "connection"), fullest.backlog);
  if (fullest.queued > fullest.backlog) return holds(text);
  return fullest.queued == 0 ? contrary(text) : unknown();
}

Answer ask_conntrack_table_full(const Case& about) {
  constexpr std::uint64_t kNearlyFull = 95;  // percent: what expires meanwhile leaves some room
  constexpr std::uint64_t kHalf = 50;
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr || !host->conntrack || host->conntrack->max == 0) return unknown();
  if (!fact::looked_in_time(about, *host)) return unknown();
  const auto& [count, max, drops, early_drops, insert_failures, invalid] = *host->conntrack;
  const std::string text = fmt::format("{} tracks {} of at most {} connections (nf_conntrack_count)", host->hostname,
                                       grouped(count), grouped(max));
  const std::uint64_t percent = max > count ? count * 100 / max : 100;
  if (percent >= kNearlyFull) return holds(text);
  return percent < kHalf ? contrary(text) : unknown();
}

Answer ask_reverse_path_filter_on(const Case& about) {
  const HostSnapshot* const host = fact::host_on_way(about);
  if (host == nullptr || fact::is_v6(about) || !host->complete(HostPart::interfaces)) return unknown();
  const auto for_all = host->setting(HostSetting::reverse_path_filter);
  if (!for_all) return unknown();
  std::int64_t strictest = *for_all;
  for (const HostInterface& interface : host->interfaces) {
    strictest = std::max(strictest, interface.reverse_path_filter);
  }
  const std::string text =
      fmt::format("on {} the strictest rp_filter of an interface is {}", host->hostname, strictest);
  return strictest != 0 ? holds(text) : contrary(text);
}

Answer ask_echo_ignored_here(const Case& about) {
  const HostSnapshot* const host = fact::server_host(about);
  if (host == nullptr) return unknown();
  return setting_is_on(*host, fact::is_v6(about) ? HostSetting::echo6_ignored : HostSetting::echo_ignored);
}

Answer ask_forwarding_off_here(const Case& about) {
  const HostSnapshot* const host = fact::host_of(about);
  if (host == nullptr || about.finding.vantage != Vantage::path) return unknown();
  Answer forwards = setting_is_on(*host, fact::is_v6(about) ? HostSetting::ip6_forward : HostSetting::ip_forward);
  if (forwards.truth == Truth::unknown) return forwards;
  return forwards.truth == Truth::holds ? contrary(forwards.because) : holds(forwards.because);
}

}  // namespace whydrop
