// Routes of the tables main and default.
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "src/host/dump_into.h"
#include "src/host/messages.h"
#include "src/host/readers.h"

namespace whydrop {
namespace {

std::optional<HostRoute::Kind> kind_of(std::uint8_t type) {
  switch (type) {
    case RTN_UNICAST: return HostRoute::Kind::unicast;
    case RTN_BLACKHOLE: return HostRoute::Kind::blackhole;
    case RTN_UNREACHABLE: return HostRoute::Kind::unreachable;
    case RTN_PROHIBIT: return HostRoute::Kind::prohibit;
    default: return std::nullopt;
  }
}

/// A next hop of the other family: IPv4 by way of an IPv6 router.
std::optional<IpAddress> via_in(NetlinkBytes value) {
  constexpr std::size_t kFamilyLen = 2;
  return value.size() < kFamilyLen ? std::nullopt : address_in(value.subspan(kFamilyLen));
}

std::uint32_t mtu_in(NetlinkBytes metrics) {
  while (const auto attribute = take_attribute(metrics)) {
    if (attribute->type == RTAX_MTU) return number_in<std::uint32_t>(attribute->value);
  }
  return 0;
}

void take_first_hop(NetlinkBytes hops, HostRoute& route) {
  route.next_hops = 0;
  while (!hops.empty()) {
    NetlinkBytes attributes = hops;
    const auto hop = take_struct<rtnexthop>(attributes);
    if (!hop || hop->rtnh_len < sizeof(rtnexthop) || hop->rtnh_len > hops.size()) return;
    if (++route.next_hops == 1) {
      route.interface = static_cast<std::uint32_t>(hop->rtnh_ifindex);
      attributes = hops.subspan(sizeof(rtnexthop), hop->rtnh_len - sizeof(rtnexthop));
      while (const auto attribute = take_attribute(attributes)) {
        if (attribute->type == RTA_GATEWAY) route.gateway = address_in(attribute->value);
        else if (attribute->type == RTA_VIA) route.gateway = via_in(attribute->value);
      }
    }
    constexpr std::size_t kAlignment = 4;
    const std::size_t aligned = (hop->rtnh_len + kAlignment - 1) / kAlignment * kAlignment;
    hops = hops.subspan(std::min(aligned, hops.size()));
  }
}

void take_route_attribute(const NetlinkAttribute& attribute, std::uint32_t& table, HostRoute& route) {
  switch (attribute.type) {
    case RTA_TABLE: table = number_in<std::uint32_t>(attribute.value); break;
    case RTA_DST: route.destination = address_in(attribute.value).value_or(route.destination); break;
    case RTA_GATEWAY: route.gateway = address_in(attribute.value); break;
    case RTA_VIA: route.gateway = via_in(attribute.value); break;
    case RTA_OIF: route.interface = number_in<std::uint32_t>(attribute.value); break;
    case RTA_PRIORITY: route.metric = number_in<std::uint32_t>(attribute.value); break;
    case RTA_METRICS: route.mtu = mtu_in(attribute.value); break;
    case RTA_MULTIPATH: take_first_hop(attribute.value, route); break;
    default: break;
  }
}

}  // namespace

std::optional<HostRoute> route_in(NetlinkBytes body) {
  const auto header = take_struct<rtmsg>(body);
  if (!header || (header->rtm_family != AF_INET && header->rtm_family != AF_INET6)) return std::nullopt;
  const auto kind = kind_of(header->rtm_type);
  // A cloned route is a note about one destination, not a way of its own.
  if (!kind || (header->rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
  HostRoute route;
  route.kind = *kind;
  route.is_v6 = header->rtm_family == AF_INET6;
  if (!route.is_v6) route.destination = IpAddress::v4(std::array<std::uint8_t, 4>{});
  route.length = header->rtm_dst_len;
  std::uint32_t table = header->rtm_table;
  while (const auto attribute = take_attribute(body)) take_route_attribute(*attribute, table, route);
  const bool reachable_by_default = table == RT_TABLE_MAIN || table == RT_TABLE_DEFAULT;
  const bool fits = route.destination.is_v4() != route.is_v6 && route.length <= (route.is_v6 ? 128 : 32);
  return reachable_by_default && fits ? std::optional(route) : std::nullopt;
}

std::string read_routes(HostSnapshot& host) {
  const rtmsg wanted{};
  return dump_into(host.routes, {NETLINK_ROUTE, RTM_GETROUTE, bytes_of(wanted)}, RTM_NEWROUTE, route_in);
}

}  // namespace whydrop
