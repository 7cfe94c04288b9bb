// One captured frame, borrowed from its source: it dies with the batch that carried it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "src/core/packet_ref.h"
#include "src/core/prefetch.h"
#include "src/core/time.h"

namespace whydrop {

/// LINKTYPE_ number as files carry it (https://www.tcpdump.org/linktypes.html).
enum class LinkType : std::uint16_t {};

/// Seen from the capturing host, where the capture says so (SLL packet type, pcapng epb_flags).
enum class FrameDirection : std::uint8_t { unknown, inbound, outbound };

/// What became of the packet at the capturing machine, where the capture says so (pcapng epb_verdict, PFLOG, NFLOG …).
enum class FrameVerdict : std::uint8_t { unknown, passed, dropped, rejected };

struct Frame {
  PacketRef ref;
  Time time;
  std::span<const std::uint8_t> bytes;  ///< what was captured
  std::uint32_t wire_len = 0;           ///< what was on the wire; never less than bytes.size()
  std::uint32_t interface = 0;          ///< index into the source's interfaces
  /// Equal at several frames: one packet that the machine met at several places (pcapng epb_packetid); 0: none.
  std::uint64_t packet_id = 0;
  LinkType link_type{};
  FrameDirection direction = FrameDirection::unknown;
  FrameVerdict verdict = FrameVerdict::unknown;
};

/// Asks for what its dissection will look at.
inline void prefetch_headers(const Frame& frame) {
  constexpr std::size_t kHeaders = 88;  // Ethernet, IPv6, TCP with timestamps
  prefetch_from<kHeaders>(frame.bytes.data());
}

}  // namespace whydrop
