// Network service header (RFC 8300): the path of a packet through a chain of services.
#include "dissectors/registry.h"
#include "dissectors/tunnel/next_protocol.h"

namespace whydrop {

Step dissect_nsh(ByteReader& in, PacketView& view) {
  constexpr std::size_t kHeaderLen = 8;
  constexpr unsigned kFixedMetadata = 1;
  constexpr std::size_t kFixedLen = 24;
  constexpr unsigned kMaintenance = 0x2000;
  const auto header = in.take<kHeaderLen>();
  if (!header) return in.shortage();
  if (header.u8<0>() >> 6U != 0) return StopReason::bad_version;
  const std::size_t length = (header.be16<0>() & 0x3fU) * std::size_t{4};
  const unsigned metadata = header.u8<2>() & 0xfU;
  if (length < kHeaderLen || (metadata == kFixedMetadata && length != kFixedLen)) return StopReason::bad_length;
  if (!in.skip(length - kHeaderLen)) return in.shortage();
  if ((header.be16<0>() & kMaintenance) != 0) return Step::done();
  return Step::tunnel(view, next_protocol(header.u8<3>()), header.be24<4>());
}

}  // namespace whydrop
