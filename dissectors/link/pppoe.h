// The header that both stages of PPP over Ethernet share (RFC 2516, 4).
#pragma once

#include <cstdint>

#include "src/wire/byte_reader.h"
#include "src/wire/stop.h"

namespace whydrop {

/// Reads it, and ends `in` where its length says.
inline StopReason read_pppoe_header(ByteReader& in) {
  constexpr std::uint8_t kVersionAndType = 0x11;
  const auto header = in.take<6>();
  if (!header) return in.shortage();
  if (header.u8<0>() != kVersionAndType) return StopReason::bad_version;
  return in.limit(header.be16<4>()) ? StopReason::none : in.shortage();
}

}  // namespace whydrop
