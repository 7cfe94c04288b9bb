// The host's own addresses.
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

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
  bool room = true;
  const ifaddrmsg wanted{};
  const std::string wrong = dump({NETLINK_ROUTE, RTM_GETADDR, bytes_of(wanted)}, [&](const NetlinkMessage& message) {
    const auto address = host_address_in(message.body);
    if (message.type == RTM_NEWADDR && address) room = keep(host.addresses, *address);
    return room;
  });
  return room ? wrong : too_many();
}

}  // namespace whydrop
