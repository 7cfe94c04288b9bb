// Routing rules: whether a host has more than those that every host has.
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "src/host/messages.h"
#include "src/host/readers.h"

namespace whydrop {
namespace {

/// The three of every host: local first, main and default last.
bool is_usual(std::uint32_t priority, std::uint32_t table) {
  constexpr std::uint32_t kMain = 32766;
  constexpr std::uint32_t kDefault = 32767;
  return (priority == 0 && table == RT_TABLE_LOCAL) || (priority == kMain && table == RT_TABLE_MAIN) ||
         (priority == kDefault && table == RT_TABLE_DEFAULT);
}

}  // namespace

bool is_policy_rule(NetlinkBytes body) {
  const auto header = take_struct<fib_rule_hdr>(body);
  // Multicast routing has rules of its own.
  if (!header || (header->family != AF_INET && header->family != AF_INET6)) return false;
  std::uint32_t priority = 0;
  std::uint32_t table = header->table;
  while (const auto attribute = take_attribute(body)) {
    if (attribute->type == FRA_PRIORITY) priority = number_in<std::uint32_t>(attribute->value);
    else if (attribute->type == FRA_TABLE) table = number_in<std::uint32_t>(attribute->value);
  }
  return !is_usual(priority, table);
}

std::string read_rules(HostSnapshot& host) {
  const fib_rule_hdr wanted{};
  return dump({NETLINK_ROUTE, RTM_GETRULE, bytes_of(wanted)}, [&](const NetlinkMessage& message) {
    if (message.type == RTM_NEWRULE && is_policy_rule(message.body)) ++host.policy_rules;
    return true;
  });
}

}  // namespace whydrop
