// What an L2TPv3 data message carries (RFC 3931): a cookie, a sublayer and a frame, of which the packet tells nothing.
#pragma once

#include "src/wire/dissector.h"

namespace whydrop {

/// Finds the frame by the IP packet in it, where that leaves no doubt; `in` is behind the session number.
Step l2tp_session(ByteReader& in, PacketView& view, std::uint32_t session);

}  // namespace whydrop
