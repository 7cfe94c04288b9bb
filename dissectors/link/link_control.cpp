// Frames with which stations speak about the link itself: precision time (IEEE 1588), connectivity faults (IEEE
// 802.1ag), registration of VLANs and groups (IEEE 802.1ak), Ethernet loopback tests, wake-up calls, ring protection
// (ITU-T G.8032 shares the number of 802.1ag). Known, so that they do not count as unknown; nothing in them read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_link_control(ByteReader& /*in*/, PacketView& /*view*/) { return Step::done(); }

}  // namespace whydrop
