// ERSPAN type II (draft-foschiano-erspan): frames that a switch mirrors, over GRE. Type I has no header to read.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_erspan2(ByteReader& in, PacketView& view) {
  constexpr unsigned kVersion = 1;
  constexpr unsigned kSessionMask = 0x3ff;
  const auto header = in.take<8>();
  if (!header) return in.shortage();
  if (header.u8<0>() >> 4U != kVersion) return StopReason::bad_version;
  return Step::tunnel(view, {Space::link_type, 1}, header.be16<2>() & kSessionMask);
}

}  // namespace whydrop
