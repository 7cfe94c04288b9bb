// Questions to a snapshot: addresses, ways, listeners; and what it does not know.
#include "src/host/lookup.h"

#include "tests/support/catch.h"
#include "tests/unit/host/message_bytes.h"

namespace whydrop {
namespace {

HostRoute route_to(std::string_view network, std::uint8_t length, std::uint32_t interface) {
  const IpAddress destination = ip(network);
  return {.is_v6 = !destination.is_v4(), .destination = destination, .length = length, .interface = interface};
}

HostSnapshot a_host() {
  HostSnapshot host;
  host.interfaces = {{.index = 1, .name = "lo"}, {.index = 2, .name = "eth0"}, {.index = 3, .name = "eth1"}};
  host.addresses = {{.interface = 2, .address = ip("10.9.1.2"), .length = 24}};
  HostRoute by_default = route_to("0.0.0.0", 0, 2);
  by_default.gateway = ip("10.9.1.1");
  HostRoute spare = by_default;
  spare.interface = 3;
  spare.metric = 100;
  host.routes = {spare, by_default, route_to("10.9.1.0", 24, 2), route_to("10.9.128.0", 17, 3)};
  return host;
}

TEST_CASE("an address is the host's own or not, unless not all of them were read", "[host]") {
  HostSnapshot host = a_host();
  CHECK(owns(host, ip("10.9.1.2")) == true);
  CHECK(owns(host, ip("10.9.1.3")) == false);
  host.gaps.push_back({.part = HostPart::addresses, .why = "cut"});
  CHECK(owns(host, ip("10.9.1.2")) == true);
  CHECK_FALSE(owns(host, ip("10.9.1.3")));
}

TEST_CASE("the longest prefix leads, then the lowest metric", "[host]") {
  const HostSnapshot host = a_host();
  CHECK(way_to(host, ip("10.9.1.77"))->interface->name == "eth0");
  CHECK_FALSE(way_to(host, ip("10.9.1.77"))->route->gateway);
  CHECK(way_to(host, ip("10.9.200.1"))->interface->name == "eth1");
  CHECK(way_to(host, ip("10.9.127.1"))->route->gateway == ip("10.9.1.1"));
  CHECK(way_to(host, ip("10.9.127.1"))->interface->name == "eth0");
}

TEST_CASE("no route, and one that forbids, are told apart from not knowing", "[host]") {
  HostSnapshot host = a_host();
  const IpAddress v6 = ip("fd09:2::2");
  REQUIRE(way_to(host, v6));
  CHECK(way_to(host, v6)->route == nullptr);
  host.routes.push_back({.kind = HostRoute::Kind::prohibit, .destination = ip("10.9.2.0"), .length = 24});
  CHECK(way_to(host, ip("10.9.2.2"))->forbidden);
  CHECK_FALSE(way_to(host, ip("10.9.1.2")));  // its own
  CHECK_FALSE(way_to(host, ip("fe80::1")));
  host.policy_rules = 1;
  CHECK_FALSE(way_to(host, v6));
  host.policy_rules = 0;
  host.gaps.push_back({.part = HostPart::routes, .why = "cut"});
  CHECK_FALSE(way_to(host, v6));
}

TEST_CASE("the next hop is the gateway, or the destination on its own link", "[host]") {
  HostSnapshot host = a_host();
  host.neighbours = {{.interface = 2, .address = ip("10.9.1.1"), .state = HostNeighbour::State::reachable},
                     {.interface = 3, .address = ip("10.9.1.77"), .state = HostNeighbour::State::failed}};
  const IpAddress far = ip("192.0.2.1");
  const HostNeighbour* const gateway = next_hop(host, *way_to(host, far), far);
  REQUIRE(gateway != nullptr);
  CHECK(gateway->address == ip("10.9.1.1"));
  const IpAddress near = ip("10.9.1.77");
  CHECK(next_hop(host, *way_to(host, near), near) == nullptr);  // that entry is of another link
}

struct Bound {
  std::string_view story;
  HostSocket socket;
  std::size_t here;
  std::size_t elsewhere;
};

TEST_CASE("a listener takes what comes to its address and port", "[host]") {
  using enum HostSocket::Transport;
  const std::vector<Bound> rows = {
      {"the address itself", {.transport = tcp, .address = ip("10.9.1.2"), .port = 443}, 1, 0},
      {"all of IPv4", {.transport = tcp, .address = ip("0.0.0.0"), .port = 443}, 1, 0},
      {"all of both families", {.transport = tcp, .address = ip("::"), .port = 443}, 1, 0},
      {"all of IPv6 alone", {.transport = tcp, .address = ip("::"), .port = 443, .only_v6 = true}, 0, 1},
      {"loopback", {.transport = tcp, .address = ip("127.0.0.1"), .port = 443}, 0, 1},
      {"another port", {.transport = tcp, .address = ip("10.9.1.2"), .port = 444}, 0, 0},
      {"another transport", {.transport = udp, .address = ip("10.9.1.2"), .port = 443}, 0, 0},
  };
  for (const Bound& row : rows) {
    INFO(row.story);
    HostSnapshot host;
    host.sockets = {row.socket};
    const auto found = listeners(host, tcp, ip("10.9.1.2"), 443);
    REQUIRE(found);
    CHECK(found->here.size() == row.here);
    CHECK(found->elsewhere.size() == row.elsewhere);
    host.gaps.push_back({.part = HostPart::sockets, .why = "cut"});
    CHECK_FALSE(listeners(host, tcp, ip("10.9.1.2"), 443));
  }
}

}  // namespace
}  // namespace whydrop
