// GTP-U, version 1 (3GPP TS 29.281): user packets of mobile networks. Its control messages (echo …) carry none.
#include "dissectors/registry.h"
#include "dissectors/tunnel/bare_ip.h"

namespace whydrop {
namespace {

enum Flag : std::uint8_t {
  kHasNumber = 0x01,
  kHasSequence = 0x02,
  kHasExtension = 0x04,
};

/// The chain of extension headers: length in words, content, type of the next one.
StopReason skip_extensions(ByteReader& in, unsigned type) {
  while (type != 0) {
    const auto length = in.take<1>();
    if (!length) return in.shortage();
    if (length.u8<0>() == 0) return StopReason::bad_length;
    if (!in.skip(length.u8<0>() * std::size_t{4} - 2)) return in.shortage();
    const auto next = in.take<1>();
    if (!next) return in.shortage();
    type = next.u8<0>();
  }
  return StopReason::none;
}

}  // namespace

Step dissect_gtpu(ByteReader& in, PacketView& view) {
  constexpr std::size_t kHeaderLen = 8;
  constexpr unsigned kVersionAndProtocolType = 0xf0;
  constexpr unsigned kVersion1 = 0x30;  // and not GTP', which bills
  constexpr unsigned kUserPacket = 255;
  const auto header = in.peek<kHeaderLen>();
  if (!header) return in.shortage();
  const unsigned flags = header.u8<0>();
  if ((flags & kVersionAndProtocolType) != kVersion1) return Step::declined();
  if (header.u8<1>() != kUserPacket) return Step::done();
  in.skip(kHeaderLen);
  if (!in.limit(header.be16<2>())) return in.shortage();
  if ((flags & (kHasNumber | kHasSequence | kHasExtension)) != 0) {
    const auto optional = in.take<4>();
    if (!optional) return in.shortage();
    const bool extended = (flags & kHasExtension) != 0;
    const StopReason stop = skip_extensions(in, extended ? optional.u8<3>() : 0);
    if (stop != StopReason::none) return stop;
  }
  return bare_ip_tunnel(in, view, header.be32<4>());
}

}  // namespace whydrop
