// Names of the link types that captures of IP traffic come with.
#include "src/report/link_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace whydrop {
namespace {

struct Named {
  std::uint16_t number;
  std::string_view name;
};
constexpr std::array<Named, 18> kNames = {{{0, "null"},
                                           {1, "ethernet"},
                                           {9, "ppp"},
                                           {51, "ppp-ether"},
                                           {101, "raw"},
                                           {105, "ieee802-11"},
                                           {108, "loop"},
                                           {113, "linux-sll"},
                                           {117, "pflog"},
                                           {127, "ieee802-11-radiotap"},
                                           {197, "erf"},
                                           {228, "ipv4"},
                                           {229, "ipv6"},
                                           {239, "nflog"},
                                           {253, "netlink"},
                                           {258, "pktap"},
                                           {271, "vsock"},
                                           {276, "linux-sll2"}}};

}  // namespace

std::string link_type_name(LinkType type) {
  const auto number = static_cast<std::uint16_t>(type);
  const auto* const found = std::ranges::find(kNames, number, &Named::number);
  return found == kNames.end() ? fmt::format("linktype-{}", number) : std::string(found->name);
}

}  // namespace whydrop
