// Darwin's PKTAP (bsd/net/pktap.h of XNU): which way and for which process, then a frame of the link type that it
// names.
#include <limits>

#include "dissectors/link/host_order.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_pktap(ByteReader& in, PacketView& view) {
  constexpr std::size_t kStartLen = 40;  // up to the flags
  constexpr std::uint32_t kPacketFollows = 1;
  constexpr std::uint32_t kIn = 1;
  constexpr std::uint32_t kOut = 2;
  const auto header = in.take<kStartLen>();
  if (!header) return in.shortage();
  const HostOrder order = HostOrder::of_small<0>(header);
  const std::size_t length = order.u32<0>(header);
  if (length < kStartLen) return StopReason::bad_length;
  if (!in.skip(length - kStartLen)) return in.shortage();
  if (order.u32<4>(header) != kPacketFollows) return Step::done();
  const std::uint32_t flags = order.u32<36>(header);
  if ((flags & kIn) != 0) view.direction = FrameDirection::inbound;
  if ((flags & kOut) != 0) view.direction = FrameDirection::outbound;
  const std::uint32_t link_type = order.u32<8>(header);
  if (link_type > std::numeric_limits<std::uint16_t>::max()) return StopReason::unknown_next;
  return Claim{Space::link_type, static_cast<std::uint16_t>(link_type)};
}

}  // namespace whydrop
