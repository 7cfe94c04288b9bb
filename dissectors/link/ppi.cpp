// Per-packet information (CACE PPI 1.0.10): fields about the frame, then a frame of the link type that it names.
#include <limits>

#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ppi(ByteReader& in, PacketView& /*view*/) {
  constexpr std::size_t kMinHeaderLen = 8;
  const auto header = in.take<kMinHeaderLen>();
  if (!header) return in.shortage();
  if (header.u8<0>() != 0) return StopReason::bad_version;
  const std::size_t length = header.le16<2>();
  if (length < kMinHeaderLen) return StopReason::bad_length;
  if (!in.skip(length - kMinHeaderLen)) return in.shortage();
  const std::uint32_t link_type = header.le32<4>();
  if (link_type > std::numeric_limits<std::uint16_t>::max()) return StopReason::unknown_next;
  return Claim{Space::link_type, static_cast<std::uint16_t>(link_type)};
}

}  // namespace whydrop
