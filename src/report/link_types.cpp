// Names of link types: those that we read, and those that people capture otherwise.
#include "src/report/link_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace whydrop {
namespace {

struct Named {
  std::uint16_t number;
  std::string_view name;
};
constexpr Named kNames[] = {
    {0, "null"},
    {1, "ethernet"},
    {6, "ieee802-5"},
    {7, "arcnet"},
    {8, "slip"},
    {9, "ppp"},
    {10, "fddi"},
    {50, "ppp-hdlc"},
    {51, "ppp-ether"},
    {100, "atm-rfc1483"},
    {101, "raw"},
    {104, "c-hdlc"},
    {105, "ieee802-11"},
    {107, "frelay"},
    {108, "loop"},
    {113, "linux-sll"},
    {114, "ltalk"},
    {117, "pflog"},
    {119, "ieee802-11-prism"},
    {122, "ip-over-fc"},
    {123, "sunatm"},
    {127, "ieee802-11-radiotap"},
    {129, "arcnet-linux"},
    {138, "apple-ip-over-ieee1394"},
    {139, "mtp2-with-phdr"},
    {140, "mtp2"},
    {141, "mtp3"},
    {142, "sccp"},
    {143, "docsis"},
    {144, "linux-irda"},
    {147, "user0"},
    {148, "user1"},
    {149, "user2"},
    {163, "ieee802-11-avs"},
    {165, "bacnet-ms-tp"},
    {166, "ppp-pppd"},
    {169, "gprs-llc"},
    {177, "linux-lapd"},
    {187, "bluetooth-hci-h4"},
    {189, "usb-linux"},
    {192, "ppi"},
    {195, "ieee802-15-4-withfcs"},
    {197, "erf"},
    {201, "bluetooth-hci-h4-with-phdr"},
    {204, "ppp-with-dir"},
    {205, "c-hdlc-with-dir"},
    {206, "frelay-with-dir"},
    {220, "usb-linux-mmapped"},
    {224, "fc-2"},
    {226, "ipnet"},
    {227, "can-socketcan"},
    {228, "ipv4"},
    {229, "ipv6"},
    {230, "ieee802-15-4-nofcs"},
    {231, "dbus"},
    {239, "nflog"},
    {242, "ipoib"},
    {247, "infiniband"},
    {248, "sctp"},
    {249, "usbpcap"},
    {251, "bluetooth-le-ll"},
    {252, "wireshark-upper-pdu"},
    {253, "netlink"},
    {254, "bluetooth-linux-monitor"},
    {256, "bluetooth-le-ll-with-phdr"},
    {258, "pktap"},
    {266, "usb-darwin"},
    {271, "vsock"},
    {272, "nordic-ble"},
    {274, "ethernet-mpacket"},
    {276, "linux-sll2"},
    {281, "dsa-tag-brcm"},
    {282, "dsa-tag-brcm-prepend"},
    {283, "ieee802-15-4-tap"},
    {284, "dsa-tag-dsa"},
    {285, "dsa-tag-edsa"},
};

}  // namespace

std::string link_type_name(LinkType type) {
  const auto number = static_cast<std::uint16_t>(type);
  const auto* const found = std::ranges::find(kNames, number, &Named::number);
  return found == std::end(kNames) ? fmt::format("linktype-{}", number) : std::string(found->name);
}

}  // namespace whydrop
