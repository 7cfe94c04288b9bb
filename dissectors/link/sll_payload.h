// What both Linux "cooked" headers say: who the packet was for, and what it carries.
#pragma once

#include <cstdint>

#include "src/wire/dissector.h"

namespace whydrop {

/// `packet_type` as <linux/if_packet.h> counts: 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 sent by us.
inline Step cooked_payload(PacketView& view, unsigned packet_type, unsigned hardware_type, std::uint16_t protocol) {
  constexpr unsigned kToOtherHost = 3;
  constexpr unsigned kOutgoing = 4;
  constexpr unsigned kNetlink = 824;  // ARPHRD_NETLINK: `protocol` is a netlink family there

  if (packet_type < kToOtherHost) view.direction = FrameDirection::inbound;
  if (packet_type == kOutgoing) view.direction = FrameDirection::outbound;
  if (hardware_type == kNetlink) return Step::done();
  return Claim{Space::ether_type, protocol};
}

}  // namespace whydrop
