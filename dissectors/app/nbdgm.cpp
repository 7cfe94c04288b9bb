// The NetBIOS datagram service (RFC 1002, 4.4): told to a name, or to all; never answered as such.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_nbdgm(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kFirst = 0x10;
  constexpr std::uint8_t kLast = 0x16;
  const auto header = in.take<10>();
  if (!header) return not_this_protocol(in);
  if (header.u8<0>() < kFirst || header.u8<0>() > kLast) return Step::done();
  begin_message(view, ApplicationFacts::Role::other).kind = header.u8<0>();
  return Step::done();
}

}  // namespace whydrop
