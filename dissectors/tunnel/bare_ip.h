// Tunnels that carry IP and leave it to IP to say which version.
#pragma once

#include "src/wire/dissector.h"

namespace whydrop {

/// The rest of `in` is an IP packet, or nothing.
inline Step bare_ip_tunnel(ByteReader& in, PacketView& view, std::uint32_t id = 0) {
  if (in.claimed() == 0) return Step::done();
  const auto first = in.peek<1>();
  if (!first) return in.shortage();
  return Step::tunnel(view, {Space::ip_version, static_cast<std::uint16_t>(first.u8<0>() >> 4U)}, id);
}

}  // namespace whydrop
