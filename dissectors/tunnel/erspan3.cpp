// ERSPAN type III (draft-foschiano-erspan, 4.3): mirrored frames or IP packets with time stamps, over GRE.
#include "dissectors/registry.h"
#include "dissectors/tunnel/bare_ip.h"

namespace whydrop {

Step dissect_erspan3(ByteReader& in, PacketView& view) {
  constexpr unsigned kVersion = 2;
  constexpr unsigned kSessionMask = 0x3ff;
  constexpr unsigned kHasSubheader = 1;
  const auto header = in.take<12>();
  if (!header) return in.shortage();
  if (header.u8<0>() >> 4U != kVersion) return StopReason::bad_version;
  const std::uint32_t session = header.be16<2>() & kSessionMask;
  if ((header.be16<10>() & kHasSubheader) != 0 && !in.skip(8)) return in.shortage();
  switch (header.be16<10>() >> 10U & 0x1fU) {
    case 0: return Step::tunnel(view, {Space::link_type, 1}, session);
    case 2: return bare_ip_tunnel(in, view, session);
    default: return StopReason::unknown_next;
  }
}

}  // namespace whydrop
