// Packets and what is said about them, as the blocks of a pcapng file (draft-ietf-opsawg-pcapng).
//
// Blocks are appended to bytes that the caller keeps and uses again: a packet costs no memory of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "src/capture/source.h"
#include "src/wire/frame.h"

namespace whydrop {

using PcapngBytes = std::vector<std::uint8_t>;

/// What a section begins with: who wrote it, what is to be said about it, and the interfaces that Frame::interface
/// counts. Times are in nanoseconds.
void append_section(std::string_view program, std::string_view comment, std::span<const CaptureInterface> interfaces,
                    PcapngBytes& out);

/// A packet of the section that was begun last; of a comment beyond what an option holds (65,535 bytes) the beginning.
void append_packet(const Frame& frame, std::string_view comment, PcapngBytes& out);

}  // namespace whydrop
