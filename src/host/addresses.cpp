// The host's own addresses.
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "src/host/dump_into.h"
#include "src/host/messages.h"
#include "src/host/readers.h"

namespace whydrop {

std::optional<HostAddress> host_address_in(NetlinkBytes body) {
  const auto header = take_struct<ifaddrmsg>(body);
  if (!header) return std::nullopt;
  std::optional<IpAddress> own;
  std::optional<IpAddress> local;
  while (const auto attribute = take_attribute(body)) {
    if (attribute->type == IFA_ADDRESS) own = address_in(attribute->value);
    else if (attribute->type == IFA_LOCAL) local = address_in(attribute->value);
  }
  if (local) own = local;  // on a point-to-point link the other one is the peer's
  if (!own) return std::nullopt;
  return HostAddress{.interface = header->ifa_index, .address = *own, .length = header->ifa_prefixlen};
}

std::string read_addresses(HostSnapshot& host) {
  const ifaddrmsg wanted{};
  return dump_into(host.addresses, {NETLINK_ROUTE, RTM_GETADDR, bytes_of(wanted)}, RTM_NEWADDR, host_address_in);
}

}  // namespace whydrop
