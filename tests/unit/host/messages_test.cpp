// What single messages of the kernel say, and those that were cut or lie.
#include "src/host/messages.h"

#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/support/catch.h"
#include "tests/unit/host/message_bytes.h"

namespace whydrop {
namespace {

Message link_message() {
  const ifinfomsg header{.ifi_index = 2, .ifi_flags = IFF_UP | IFF_RUNNING};
  rtnl_link_stats64 stats{};
  stats.rx_packets = 100;
  stats.tx_dropped = 3;
  Bytes kind = Message(nlattr{.nla_len = 8, .nla_type = IFLA_INFO_KIND}).bytes();
  for (const char c : {'v', 'e', 't', 'h'}) kind.push_back(static_cast<std::uint8_t>(c));
  return Message(header)
      .with(IFLA_IFNAME, "eth0")
      .with(IFLA_MTU, 1400U)
      .with(IFLA_LINKINFO, kind)
      .with(IFLA_STATS64, as_bytes(stats));
}

TEST_CASE("an interface has a name, a state, an MTU and counts", "[host]") {
  const auto interface = interface_in(link_message().bytes());
  REQUIRE(interface);
  CHECK(interface->index == 2);
  CHECK(interface->name == "eth0");
  CHECK(interface->kind == "veth");
  CHECK(interface->up);
  CHECK(interface->running);
  CHECK(interface->mtu == 1400);
  CHECK(interface->counts.received == 100);
  CHECK(interface->counts.lost() == 3);
}

TEST_CASE("an interface whose name would lead elsewhere is none", "[host]") {
  const ifinfomsg header{.ifi_index = 2};
  CHECK_FALSE(interface_in(Message(header).with(IFLA_IFNAME, "../x").bytes()));
  CHECK_FALSE(interface_in(Message(header).bytes()));
  CHECK(interface_in(Message(header).with(IFLA_IFNAME, "eth0.5").bytes()));
}

TEST_CASE("fewer counters than today's kernels have are read as far as they go", "[host]") {
  const ifinfomsg header{.ifi_index = 2};
  const std::uint64_t received = 7;
  const auto interface =
      interface_in(Message(header).with(IFLA_IFNAME, "a").with(IFLA_STATS64, as_bytes(received)).bytes());
  REQUIRE(interface);
  CHECK(interface->counts.received == 7);
  CHECK(interface->counts.lost() == 0);
}

TEST_CASE("a message that was cut anywhere ends the walk, and never the program", "[host]") {
  const Bytes whole = link_message().bytes();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto interface = interface_in(NetlinkBytes(whole).first(length));
    if (interface) CHECK(interface->name == "eth0");
  }
}

TEST_CASE("an attribute that claims more than there is, or less than its own header, is the last", "[host]") {
  for (const std::uint16_t lie : {std::uint16_t{0}, std::uint16_t{3}, std::uint16_t{9}, std::uint16_t{0xffff}}) {
    Bytes bytes = as_bytes(nlattr{.nla_len = lie, .nla_type = 1});
    bytes.resize(8);
    NetlinkBytes rest = bytes;
    INFO(lie);
    CHECK_FALSE(take_attribute(rest));
    CHECK(rest.size() == 8);
  }
}

TEST_CASE("messages follow one another, and one with a lying length is none", "[host]") {
  Bytes two = as_bytes(nlmsghdr{.nlmsg_len = 17, .nlmsg_type = 1});
  two.resize(20);
  const Bytes second = as_bytes(nlmsghdr{.nlmsg_len = 16, .nlmsg_type = 2});
  two.insert(two.end(), second.begin(), second.end());
  NetlinkBytes rest = two;
  const auto one = take_message(rest);
  REQUIRE(one);
  CHECK(one->body.size() == 1);
  CHECK(take_message(rest)->type == 2);
  CHECK_FALSE(take_message(rest));
  for (const std::uint32_t lie : {0U, 15U, 17U, 0xffffffffU}) {
    const Bytes lying = as_bytes(nlmsghdr{.nlmsg_len = lie, .nlmsg_type = 1});
    NetlinkBytes bytes = lying;
    INFO(lie);
    CHECK_FALSE(take_message(bytes));
  }
}

TEST_CASE("on a point-to-point link the local address is the host's own", "[host]") {
  const ifaddrmsg header{.ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = 3};
  const auto address =
      host_address_in(Message(header).with(IFA_ADDRESS, ip("10.0.0.2")).with(IFA_LOCAL, ip("10.0.0.1")).bytes());
  REQUIRE(address);
  CHECK(address->address == ip("10.0.0.1"));
  CHECK_FALSE(host_address_in(Message(header).with(IFA_ADDRESS, Bytes{10, 0, 0}).bytes()));
}

rtmsg route_header(std::uint8_t type = RTN_UNICAST, std::uint8_t table = RT_TABLE_MAIN) {
  return {.rtm_family = AF_INET, .rtm_dst_len = 24, .rtm_table = table, .rtm_type = type};
}

TEST_CASE("a route leads to a network, by a gateway, over an interface", "[host]") {
  const auto route = route_in(Message(route_header())
                                  .with(RTA_DST, ip("10.9.2.0"))
                                  .with(RTA_GATEWAY, ip("10.9.1.1"))
                                  .with(RTA_OIF, 2U)
                                  .with(RTA_PRIORITY, 100U)
                                  .bytes());
  REQUIRE(route);
  CHECK(route->destination == ip("10.9.2.0"));
  CHECK(route->gateway == ip("10.9.1.1"));
  CHECK(route->interface == 2);
  CHECK(route->metric == 100);
}

TEST_CASE("routes of other tables, for own addresses, and of a wrong length are passed over", "[host]") {
  CHECK_FALSE(route_in(Message(route_header(RTN_UNICAST, RT_TABLE_LOCAL)).bytes()));
  CHECK_FALSE(route_in(Message(route_header()).with(RTA_TABLE, 100U).bytes()));
  CHECK_FALSE(route_in(Message(route_header(RTN_LOCAL)).bytes()));
  CHECK_FALSE(route_in(Message(route_header()).with(RTA_DST, ip("fd09::")).bytes()));
  rtmsg too_long = route_header();
  too_long.rtm_dst_len = 33;
  CHECK_FALSE(route_in(Message(too_long).bytes()));
  CHECK(route_in(Message(route_header(RTN_BLACKHOLE)).bytes())->kind == HostRoute::Kind::blackhole);
}

TEST_CASE("of several next hops the first is kept and all are counted, as far as their lengths are true", "[host]") {
  Bytes hops;
  for (const int interface : {4, 5}) {
    Bytes hop = as_bytes(rtnexthop{.rtnh_len = sizeof(rtnexthop), .rtnh_ifindex = interface});
    hops.insert(hops.end(), hop.begin(), hop.end());
  }
  const auto route = route_in(Message(route_header()).with(RTA_MULTIPATH, hops).bytes());
  REQUIRE(route);
  CHECK(route->interface == 4);
  CHECK(route->next_hops == 2);
  hops[sizeof(rtnexthop)] = 2;  // the second one's length
  CHECK(route_in(Message(route_header()).with(RTA_MULTIPATH, hops).bytes())->next_hops == 1);
}

TEST_CASE("the three rules of every host are no policy", "[host]") {
  const auto rule = [](std::uint32_t priority, std::uint8_t table) {
    return Message(fib_rule_hdr{.family = AF_INET, .table = table}).with(FRA_PRIORITY, priority);
  };
  CHECK_FALSE(is_policy_rule(rule(0, RT_TABLE_LOCAL).bytes()));
  CHECK_FALSE(is_policy_rule(rule(32766, RT_TABLE_MAIN).bytes()));
  CHECK(is_policy_rule(rule(100, RT_TABLE_MAIN).bytes()));
  CHECK(is_policy_rule(rule(32766, 100).bytes()));
}

TEST_CASE("a neighbour has a state; groups are none", "[host]") {
  const ndmsg header{.ndm_family = AF_INET, .ndm_ifindex = 2, .ndm_state = NUD_FAILED};
  const auto neighbour = neighbour_in(Message(header).with(NDA_DST, ip("10.9.2.2")).bytes());
  REQUIRE(neighbour);
  CHECK(neighbour->state == HostNeighbour::State::failed);
  CHECK_FALSE(neighbour_in(Message(header).with(NDA_DST, ip("224.0.0.1")).bytes()));
  CHECK_FALSE(neighbour_in(Message(header).bytes()));
}

TEST_CASE("a socket listens on an address and a port; one with a peer does not", "[host]") {
  inet_diag_msg header{};
  header.idiag_family = AF_INET6;
  header.id.idiag_sport = htons(443);
  header.idiag_rqueue = 2;
  header.idiag_wqueue = 1;
  const auto tcp = HostSocket::Transport::tcp;
  const auto socket = socket_in(Message(header).with(INET_DIAG_SKV6ONLY, Bytes{1}).bytes(), tcp);
  REQUIRE(socket);
  CHECK(socket->port == 443);
  CHECK(socket->address.is_unspecified());
  CHECK(socket->only_v6);
  CHECK(socket->queued == 2);
  CHECK(socket->backlog == 1);
  header.id.idiag_dport = htons(5000);
  CHECK_FALSE(socket_in(Message(header).bytes(), tcp));
}

}  // namespace
}  // namespace whydrop
