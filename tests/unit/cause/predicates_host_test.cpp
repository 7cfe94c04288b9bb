// Predicates about what the host that captured knows, each with its near misses.
#include "tests/unit/cause/predicate_rows.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;
using enum PredicateId;
using V = VerdictId;

/// A host with this address on eth0, a default route, and a snapshot taken when the finding was over.
HostSnapshot host_with(std::string_view address) {
  HostSnapshot host;
  host.hostname = "bastion";
  host.kernel = "6.1.0";
  host.booted = Time{} - 1h;
  host.taken = at_second(2);
  host.interfaces = {{.index = 2, .name = "eth0", .up = true, .running = true, .mtu = 1500}};
  host.addresses = {{.interface = 2, .address = ip(address), .length = 24}};
  HostRoute by_default{.destination = ip("0.0.0.0"), .gateway = ip("10.9.9.1"), .interface = 2};
  host.routes = {by_default};
  return host;
}
HostSnapshot at_server() { return host_with(kServer); }
HostSnapshot at_client() { return host_with(kClient); }
HostSnapshot router(std::int64_t forwards = 1) {
  HostSnapshot host = host_with(kHop);
  host.settings[static_cast<std::size_t>(HostSetting::ip_forward)] = forwards;
  return host;
}

MadeCase knowing(MadeCase made, HostSnapshot host, std::optional<HostChanges> changes = std::nullopt) {
  made.finding.first = at_second(1);
  made.finding.last = at_second(1.5);
  made.host = HostKnowledge{.latest = std::move(host), .changes = std::move(changes)};
  return made;
}
MadeCase silent(HostSnapshot host) { return knowing(MadeCase(V::syn_no_reply), std::move(host)); }
MadeCase refused(HostSnapshot host) { return knowing(MadeCase(V::refused), std::move(host)); }

HostSnapshot listening(std::string_view address, std::uint16_t port = 443, std::uint32_t queued = 0) {
  HostSnapshot host = at_server();
  host.sockets = {{.address = ip(address), .port = port, .queued = queued, .backlog = 1}};
  return host;
}
HostSnapshot without(HostSnapshot host, HostPart part) {
  host.gaps.push_back({.part = part, .why = "cut"});
  return host;
}
HostSnapshot taken_at(HostSnapshot host, double second) {
  host.taken = at_second(second);
  return host;
}

TEST_CASE("without a host's facts nothing of it is known", "[cause]") {
  const MadeCase made(V::refused);
  for (const PredicateInfo& predicate : all_predicates()) {
    if (predicate.id < server_is_this_host) continue;
    INFO(predicate.name);
    CHECK(predicate.ask(made.about()).truth == Truth::unknown);
  }
}

TEST_CASE("listeners say why a port is closed", "[cause]") {
  check({
      {"a listener", something_listens, Truth::holds, refused(listening(kServer))},
      {"all addresses", something_listens, Truth::holds, refused(listening("0.0.0.0"))},
      {"another port", something_listens, Truth::contrary, refused(listening(kServer, 444))},
      {"the host is the client", something_listens, Truth::unknown, refused(at_client())},
      {"not all sockets were read", something_listens, Truth::unknown,
       refused(without(at_server(), HostPart::sockets))},
      {"nothing", nothing_listens, Truth::holds, refused(at_server())},
      {"nothing, but a closed port would have said so", nothing_listens, Truth::unknown, silent(at_server())},
      {"a listener", nothing_listens, Truth::contrary, silent(listening(kServer))},
      {"loopback alone", nothing_listens, Truth::contrary, refused(listening("127.0.0.1"))},
      {"loopback alone", listens_elsewhere_only, Truth::holds, refused(listening("127.0.0.1"))},
      {"all addresses", listens_elsewhere_only, Truth::contrary, refused(listening("0.0.0.0"))},
      {"nothing", listens_elsewhere_only, Truth::contrary, refused(at_server())},
      {"the server", server_is_this_host, Truth::holds, refused(at_server())},
      {"the client", server_is_this_host, Truth::unknown, refused(at_client())},
  });
}

TEST_CASE("an accept queue counts as full while it is", "[cause]") {
  check({
      {"more than fit", accept_queue_full, Truth::holds, silent(listening(kServer, 443, 2))},
      {"just as many", accept_queue_full, Truth::unknown, silent(listening(kServer, 443, 1))},
      {"none", accept_queue_full, Truth::contrary, silent(listening(kServer))},
      {"an hour later", accept_queue_full, Truth::unknown, silent(taken_at(listening(kServer, 443, 2), 3600))},
      {"before it began", accept_queue_full, Truth::unknown, silent(taken_at(listening(kServer, 443, 2), 0.5))},
  });
}

HostSnapshot tracking(HostSnapshot host, std::uint64_t count, std::uint64_t drops = 0) {
  host.conntrack = HostConntrack{.count = count, .max = 1000, .drops = drops};
  return host;
}

TEST_CASE("a table of connections is full on a host that the packets pass", "[cause]") {
  check({
      {"full", conntrack_table_full, Truth::holds, silent(tracking(router(), 1000))},
      {"over full", conntrack_table_full, Truth::holds, silent(tracking(router(), 1001))},
      {"room", conntrack_table_full, Truth::contrary, silent(tracking(router(), 10))},
      {"little room", conntrack_table_full, Truth::unknown, silent(tracking(router(), 900))},
      {"a host that packets are mirrored to", conntrack_table_full, Truth::unknown, silent(tracking(router(0), 1000))},
      {"not tracked", conntrack_table_full, Truth::unknown, silent(router())},
      {"drops", conntrack_drops_counted, Truth::holds, silent(tracking(at_server(), 10, 3))},
      {"none", conntrack_drops_counted, Truth::contrary, silent(tracking(at_server(), 10))},
  });
}

HostSnapshot filtering(std::int64_t all, std::int64_t own) {
  HostSnapshot host = at_server();
  host.settings[static_cast<std::size_t>(HostSetting::reverse_path_filter)] = all;
  host.interfaces.front().reverse_path_filter = own;
  return host;
}
HostSnapshot ignoring(std::int64_t value, HostSnapshot host) {
  host.settings[static_cast<std::size_t>(HostSetting::echo_ignored)] = value;
  return host;
}

TEST_CASE("settings decide what a host drops", "[cause]") {
  check({
      {"for all", reverse_path_filter_on, Truth::holds, silent(filtering(1, 0))},
      {"for one interface", reverse_path_filter_on, Truth::holds, silent(filtering(0, 2))},
      {"off", reverse_path_filter_on, Truth::contrary, silent(filtering(0, 0))},
      {"not read", reverse_path_filter_on, Truth::unknown, silent(at_server())},
      {"ignored", echo_ignored_here, Truth::holds, silent(ignoring(1, at_server()))},
      {"not ignored", echo_ignored_here, Truth::contrary, silent(ignoring(0, at_server()))},
      {"ignored at the client", echo_ignored_here, Truth::unknown, silent(ignoring(1, at_client()))},
      {"no router", forwarding_off_here, Truth::holds, silent(router(0)).vantage(Vantage::path)},
      {"a router", forwarding_off_here, Truth::contrary, silent(router(1)).vantage(Vantage::path)},
      {"an end", forwarding_off_here, Truth::unknown, silent(router(0)).vantage(Vantage::server)},
  });
}

HostSnapshot routed(HostSnapshot host, std::vector<HostRoute> routes) {
  host.routes = std::move(routes);
  return host;
}
HostSnapshot neighbour(HostSnapshot host, std::string_view address, HostNeighbour::State state) {
  host.neighbours = {{.interface = 2, .address = ip(address), .state = state}};
  return host;
}
HostRoute on_link() { return {.destination = ip("10.9.2.0"), .length = 24, .interface = 2}; }
HostRoute forbidden() { return {.kind = HostRoute::Kind::prohibit, .destination = ip("10.9.2.0"), .length = 24}; }

TEST_CASE("routes and neighbours tell where the way ends", "[cause]") {
  using enum HostNeighbour::State;
  check({
      {"none", route_missing_here, Truth::holds, silent(routed(at_client(), {}))},
      {"one that forbids", route_missing_here, Truth::holds, silent(routed(at_client(), {forbidden()}))},
      {"a default", route_missing_here, Truth::contrary, silent(at_client())},
      {"not all were read", route_missing_here, Truth::unknown,
       silent(without(routed(at_client(), {}), HostPart::routes))},
      {"a mirror's", route_missing_here, Truth::unknown, silent(routed(router(0), {}))},
      {"no answer", neighbor_entry_failed, Truth::holds,
       silent(neighbour(routed(at_client(), {on_link()}), kServer, failed))},
      {"an answer", neighbor_entry_failed, Truth::contrary,
       silent(neighbour(routed(at_client(), {on_link()}), kServer, reachable))},
      {"an old answer", neighbor_entry_failed, Truth::unknown,
       silent(neighbour(routed(at_client(), {on_link()}), kServer, stale))},
      {"the gateway's", neighbor_entry_failed, Truth::unknown, silent(neighbour(at_client(), "10.9.9.1", failed))},
      {"the gateway's", gateway_entry_failed, Truth::holds, silent(neighbour(at_client(), "10.9.9.1", failed))},
      {"another's", gateway_entry_failed, Truth::unknown, silent(neighbour(at_client(), "10.9.9.2", failed))},
      {"found out later", gateway_entry_failed, Truth::unknown,
       silent(taken_at(neighbour(at_client(), "10.9.9.1", failed), 3600))},
  });
}

HostSnapshot with_interface(HostInterface interface, HostSnapshot host = at_server()) {
  interface.index = 2;
  interface.name = "eth0";
  host.interfaces = {std::move(interface)};
  return host;
}
MadeCase meanwhile(InterfaceCounts counts) {
  HostChanges changes{.from = at_second(0.5), .until = at_second(2)};
  changes.interfaces = {{.index = 2, .counts = counts}};
  return knowing(MadeCase(V::packet_loss), at_client(), std::move(changes));
}

TEST_CASE("an interface may be down, too small, or lose packets", "[cause]") {
  check({
      {"set down", own_interface_down, Truth::holds, silent(with_interface({.up = false}))},
      {"no carrier", own_interface_down, Truth::holds, silent(with_interface({.up = true, .running = false}))},
      {"up", own_interface_down, Truth::contrary, silent(at_server())},
      {"the client's", own_interface_down, Truth::unknown, silent(with_interface({.up = false}, at_client()))},
      {"small", small_mtu_here, Truth::holds, silent(with_interface({.mtu = 1400}))},
      {"usual", small_mtu_here, Truth::contrary, silent(at_server())},
      {"many", interface_loss_counted, Truth::holds,
       silent(with_interface({.counts = {.received = 1000, .receive_errors = 2}}))},
      {"a few", interface_loss_counted, Truth::unknown,
       silent(with_interface({.counts = {.received = 100000, .receive_errors = 2}}))},
      {"none", interface_loss_counted, Truth::contrary, silent(with_interface({.counts = {.received = 100000}}))},
      {"one more", interface_loss_grew, Truth::holds, meanwhile({.received = 100000, .send_drops = 1})},
      {"none more", interface_loss_grew, Truth::contrary, meanwhile({.received = 100000})},
      {"one snapshot", interface_loss_grew, Truth::unknown, silent(at_client())},
  });
}

HostSnapshot counting(HostCounter id, std::uint64_t value, HostSnapshot host = at_server()) {
  host.counters[static_cast<std::size_t>(id)] = value;
  return host;
}
MadeCase grown(HostCounter id, std::uint64_t value, double from = 0.5, HostSnapshot host = at_server()) {
  HostChanges changes{.from = at_second(from), .until = at_second(from + 1)};
  changes.counters[static_cast<std::size_t>(id)] = value;
  return knowing(MadeCase(V::syn_no_reply), counting(id, value + 5, std::move(host)), std::move(changes));
}

TEST_CASE("a counter since it began speaks of its host, one between two snapshots of the finding", "[cause]") {
  using enum HostCounter;
  HostSnapshot rebooted = counting(listen_overflows, 0);
  rebooted.booted = at_second(1.2);
  check({
      {"some", accept_overflow_counted, Truth::holds, silent(counting(listen_overflows, 27))},
      {"none", accept_overflow_counted, Truth::contrary, silent(counting(listen_overflows, 0))},
      {"not in this kernel", accept_overflow_counted, Truth::unknown, silent(at_server())},
      {"before it happened", accept_overflow_counted, Truth::unknown,
       silent(taken_at(counting(listen_overflows, 0), 0.5))},
      {"begun anew", accept_overflow_counted, Truth::unknown, silent(rebooted)},
      {"the client's", accept_overflow_counted, Truth::unknown, silent(counting(listen_overflows, 27, at_client()))},
      {"two snapshots", accept_overflow_counted, Truth::unknown, grown(listen_overflows, 0)},
      {"more", accept_overflow_grew, Truth::holds, grown(listen_overflows, 1)},
      {"no more", accept_overflow_grew, Truth::contrary, grown(listen_overflows, 0)},
      {"both later", accept_overflow_grew, Truth::unknown, grown(listen_overflows, 1, 60)},
      {"cookies instead", syn_queue_grew, Truth::holds, grown(syn_queue_cookies, 1)},
      {"drops", syn_queue_counted, Truth::holds, silent(counting(syn_queue_drops, 1))},
      {"by the wrong interface", reverse_path_counted, Truth::holds, silent(counting(reverse_path_filter, 1))},
      {"at a router", reverse_path_grew, Truth::holds, grown(reverse_path_filter, 1, 0.5, router())},
      {"at a mirror", reverse_path_grew, Truth::unknown, grown(reverse_path_filter, 1, 0.5, router(0))},
      {"too big", too_big_grew, Truth::holds, grown(ip_too_big, 1, 0.5, router())},
      {"too big once", too_big_counted, Truth::holds, silent(counting(ip6_too_big, 1, router()))},
  });
}

TEST_CASE("connection tracking's counts between two snapshots", "[cause]") {
  HostChanges changes{.from = at_second(0.5), .until = at_second(2)};
  changes.conntrack = HostConntrack{.count = 9, .max = 1000, .early_drops = 1};
  check({
      {"dropped", conntrack_drops_grew, Truth::holds, knowing(MadeCase(V::syn_no_reply), router(), changes)},
      {"none invalid", conntrack_invalid_grew, Truth::contrary, knowing(MadeCase(V::stalled), router(), changes)},
      {"one snapshot", conntrack_invalid_grew, Truth::unknown, silent(tracking(router(), 9))},
  });
}

}  // namespace
}  // namespace whydrop
