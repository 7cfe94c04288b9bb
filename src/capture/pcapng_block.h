// Parts of pcapng blocks (draft-ietf-opsawg-pcapng): options, interface descriptions and statistics, clocks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "src/capture/ordered_header.h"
#include "src/capture/source.h"

namespace whydrop {

/// How an interface counts time.
class PcapngClock {
 public:
  /// From if_tsresol: a negative power of 10, or of 2 when the top bit is set. Nothing when 64 bits cannot hold it.
  static std::optional<PcapngClock> of_resolution(std::uint8_t resolution);
  void offset_by(std::int64_t seconds) { offset_seconds_ = seconds; }

  Time at(std::uint64_t units) const {
    return units < direct_until_ && offset_seconds_ == 0
               ? Time{Duration{static_cast<std::int64_t>(units * nanos_per_unit_)}}
               : time_from_units(units, units_per_second_, offset_seconds_);
  }

 private:
  std::uint64_t units_per_second_ = 1;
  std::int64_t offset_seconds_ = 0;
  std::uint64_t nanos_per_unit_ = 0;
  std::uint64_t direct_until_ = 0;  ///< units that one multiplication turns into nanoseconds
};

/// What a section knows of one of its interfaces.
struct PcapngInterface {
  PcapngClock clock;
  LinkType link_type{};
  std::uint32_t snap_len = 0;  ///< 0: no limit
  std::uint64_t lost = 0;      ///< as packets told, one after the other
  std::uint64_t dropped = 0;   ///< as the last statistics told, in all
};

constexpr std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
  return a + std::min(b, std::numeric_limits<std::uint64_t>::max() - a);
}

/// Fields, options and whole blocks are padded to multiples of four.
constexpr std::size_t padded(std::size_t length) { return (length + 3) & ~std::size_t{3}; }

/// Comments as they are met, about the packet with this number or, for 0, about the capture: the first few are kept.
class PcapngComments {
 public:
  PcapngComments(CaptureFile& file, std::uint64_t packet) : file_(file), packet_(packet) {}
  void add(std::span<const std::uint8_t> text);

 private:
  CaptureFile& file_;
  std::uint64_t packet_;
};

struct PcapngDescription {
  PcapngInterface interface;
  CaptureInterface shown;
};

/// An interface description block's body; nothing when it contradicts itself.
std::optional<PcapngDescription> read_description(std::span<const std::uint8_t> body, ByteOrder order,
                                                  PcapngComments comments);

/// An interface statistics block's body: which interface, and how many packets it has dropped so far.
struct PcapngStatistics {
  std::uint32_t interface = 0;
  std::optional<std::uint64_t> dropped = std::nullopt;
};
std::optional<PcapngStatistics> read_statistics(std::span<const std::uint8_t> body, ByteOrder order);

/// The options behind a section header, of which only comments are of interest.
void read_comments(ByteReader options, ByteOrder order, PcapngComments comments);

/// A name resolution block's body: the first name of each address, up to the first record that makes no sense.
void read_names(std::span<const std::uint8_t> body, ByteOrder order, std::vector<NamedAddress>& names);

/// What a packet's options add to it.
struct PcapngPacketOptions {
  FrameDirection direction = FrameDirection::unknown;
  FrameVerdict verdict = FrameVerdict::unknown;
  std::optional<std::uint64_t> lost;  ///< packets between the previous one of this interface and this
  std::uint64_t packet_id = 0;        ///< 0: none
};
void read_packet_options(ByteReader options, ByteOrder order, PcapngPacketOptions& found, PcapngComments comments);

}  // namespace whydrop
