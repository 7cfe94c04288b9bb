// IP authentication header (RFC 4302): signed, not encrypted, so the packet goes on behind it.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ah(ByteReader& in, PacketView& view) {
  constexpr std::size_t kMinLen = 12;
  const auto header = in.take<2>();
  if (!header) return in.shortage();
  const std::size_t length = (header.u8<1>() + std::size_t{2}) * 4;
  if (length < kMinLen) return StopReason::bad_length;
  if (!in.skip(length - 2)) return in.shortage();
  IpFacts& ip = view.facts().ip;
  ip.protocol = header.u8<0>();
  return Claim{Space::ip_protocol, ip.protocol};
}

}  // namespace whydrop
