// Interfaces: state, MTU, errors and drops.
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "src/host/dump_into.h"
#include "src/host/messages.h"
#include "src/host/readers.h"

namespace whydrop {
namespace {

std::string kind_in(NetlinkBytes info) {
  while (const auto attribute = take_attribute(info)) {
    if (attribute->type == IFLA_INFO_KIND) return text_in(attribute->value);
  }
  return "";
}

InterfaceCounts counts_in(NetlinkBytes value) {
  // Later kernels append members to it, earlier ones have fewer: what is missing is 0.
  rtnl_link_stats64 stats{};
  std::memcpy(&stats, value.data(), std::min(value.size(), sizeof(stats)));
  return {.received = stats.rx_packets,
          .sent = stats.tx_packets,
          .receive_errors = stats.rx_errors,
          .send_errors = stats.tx_errors,
          .receive_drops = stats.rx_dropped,
          .send_drops = stats.tx_dropped};
}

}  // namespace

std::optional<HostInterface> interface_in(NetlinkBytes body) {
  const auto header = take_struct<ifinfomsg>(body);
  if (!header || header->ifi_index <= 0) return std::nullopt;
  HostInterface interface;
  interface.index = static_cast<std::uint32_t>(header->ifi_index);
  interface.up = (header->ifi_flags & IFF_UP) != 0;
  interface.running = (header->ifi_flags & IFF_RUNNING) != 0;
  while (const auto attribute = take_attribute(body)) {
    const auto& [type, value] = *attribute;
    if (type == IFLA_IFNAME) interface.name = text_in(value);
    else if (type == IFLA_MTU) interface.mtu = number_in<std::uint32_t>(value);
    else if (type == IFLA_LINKINFO) interface.kind = kind_in(value);
    else if (type == IFLA_STATS64) interface.counts = counts_in(value);
  }
  // A name without a slash is a file name: it becomes a part of a path below /proc/sys.
  const bool named = !interface.name.empty() && interface.name.find('/') == std::string::npos;
  return named ? std::optional(std::move(interface)) : std::nullopt;
}

std::string read_interfaces(HostSnapshot& host) {
  const ifinfomsg wanted{};
  return dump_into(host.interfaces, {NETLINK_ROUTE, RTM_GETLINK, bytes_of(wanted)}, RTM_NEWLINK, interface_in);
}

}  // namespace whydrop
