// A test packet read by the real dissectors.
#pragma once

#include <string>

#include "dissectors/registry.h"
#include "tests/support/packet_builder.h"

namespace whydrop {

/// Reads `bytes` from a block of their own, so that a sanitizer sees each byte read beyond them. `wire_len` 0: all of
/// the packet was captured.
inline PacketView dissected(const Bytes& bytes, LinkType link_type, std::size_t wire_len = 0) {
  const Bytes exact(bytes.begin(), bytes.end());
  Frame frame = frame_of(exact, link_type);
  if (wire_len != 0) frame.wire_len = static_cast<std::uint32_t>(wire_len);
  PacketView view;
  dissect(dissectors(), frame, view);
  if (view.packet.transport == Transport::tcp) dissect_tcp_payload(dissectors(), frame, view);
  return view;
}

inline PacketView dissected(const PacketBuilder& packet) { return dissected(packet.build(), packet.link_type()); }

/// The packet as a capture with this snap length holds it.
inline PacketView dissected_prefix(const Bytes& whole, LinkType link_type, std::size_t captured) {
  return dissected(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(captured)), link_type,
                   whole.size());
}

inline PacketView dissected_prefix(const PacketBuilder& packet, std::size_t captured) {
  return dissected_prefix(packet.build(), packet.link_type(), captured);
}

/// Names of the layers that were read, joined by colons.
inline std::string layer_names(const PacketView& view) {
  std::string names;
  for (std::size_t i = 0; i < view.layer_count; ++i) {
    if (i != 0) names += ':';
    names += dissectors()[view.layers[i].dissector].name;
  }
  return names;
}

}  // namespace whydrop
