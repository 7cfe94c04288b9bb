// Cuts a capture file between two packets, as a tool that rotates files would have done.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tests/support/packet_layers.h"

namespace whydrop {

/// Where the records of a file lie.
struct Records {
  struct Record {
    std::size_t begin = 0;
    std::size_t size = 0;
    bool numbered = false;  ///< it has a packet's number
    bool at_end = false;    ///< what is known only when a capture is over: statistics
  };
  std::vector<Record> all;  ///< file header included
  std::size_t packets = 0;
  std::size_t unread = 0;  ///< of them that are numbered like packets and are none
  /// After how many packets a cut can be made. A pcapng packet that has no time of its own takes that of the packet
  /// before, which must not be in another file.
  std::vector<std::size_t> places;
};

/// Nothing for a format whose records have no plain boundaries.
std::optional<Records> records_of(std::span<const std::uint8_t> file);

struct Parts {
  Bytes first;
  Bytes second;
};

/// The first `packets` packets, and the rest; what describes the capture stands in both.
Parts cut(std::span<const std::uint8_t> file, const Records& records, std::size_t packets);

}  // namespace whydrop
