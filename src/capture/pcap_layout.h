// What a pcap file's header says about its records (draft-ietf-opsawg-pcap), variants included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "src/capture/ordered_header.h"
#include "src/wire/frame.h"

namespace whydrop {

struct PcapLayout {
  ByteOrder order = ByteOrder::little;
  std::uint32_t nanos_per_fraction = 1000;  ///< of a record's second time field
  std::size_t file_header = 24;
  std::size_t record_header = 16;
  bool is_patched = false;       ///< Kuznetzov's magic: record headers are never the plain ones
  bool lengths_swapped = false;  ///< written before version 2.4: the larger of the two lengths is the one on the wire
  bool may_vary = false;         ///< record headers may be longer than they should be: see guess_record_header
  LinkType link_type{};
  std::uint32_t snap_len = 0;  ///< as written; 0 is no sane limit, and none is taken
};

/// The layout that these first four bytes announce, or none: then it is not pcap.
std::optional<PcapLayout> pcap_magic(std::span<const std::uint8_t> head);

struct PcapHeaderFault {
  std::string_view what;
  unsigned at = 0;  ///< byte
};

/// Reads the rest of the file header into `layout`, or says why that cannot be meant.
std::optional<PcapHeaderFault> read_pcap_header(Header<24> header, PcapLayout& layout);

/// The length of record headers under which the first records make sense.
std::size_t guess_record_header(const PcapLayout& layout, std::span<const std::uint8_t> records);

}  // namespace whydrop
