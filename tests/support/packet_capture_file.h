// Writes capture files for tests, byte by byte: pcap and pcapng in all their variants, good and bad.
//
// Nothing is checked or repaired: what a test asks for is what it gets, lies included.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "src/core/time.h"
#include "tests/support/packet_layers.h"

namespace whydrop {

/// Appends integers in one byte order.
class FileWriter {
 public:
  explicit FileWriter(bool big_endian = false) : big_endian_(big_endian) {}

  FileWriter& u16(std::uint64_t value) { return integer(value, 2); }
  FileWriter& u32(std::uint64_t value) { return integer(value, 4); }
  FileWriter& u64(std::uint64_t value) { return integer(value, 8); }
  FileWriter& raw(std::span<const std::uint8_t> bytes);
  /// Zeros up to a multiple of four.
  FileWriter& pad();
  void set_order(bool big_endian) { big_endian_ = big_endian; }

  const Bytes& bytes() const { return bytes_; }

 private:
  FileWriter& integer(std::uint64_t value, unsigned size);

  bool big_endian_;
  Bytes bytes_;
};

Bytes bytes_of(std::string_view text);

struct FilePacket {
  Bytes bytes;
  Time time{};
  std::uint32_t wire_len = 0;  ///< 0: as many as `bytes`
};

/// How a pcap file is written; the defaults are what tcpdump writes on a PC.
struct PcapWriting {
  bool big_endian = false;
  std::uint32_t magic = 0xa1b2c3d4;
  std::int64_t nanos_per_fraction = 1000;
  std::uint16_t major = 2;
  std::uint16_t minor = 4;
  std::uint32_t snap_len = 262144;
  std::uint32_t link = 1;
  Bytes header_tail{};  ///< behind the file header
  Bytes record_tail{};  ///< behind each record header
  bool lengths_swapped = false;
};

/// The header alone, or with records behind it.
Bytes pcap_file(const PcapWriting& writing, std::span<const FilePacket> packets = {});

struct PcapngOption {
  std::uint16_t code = 0;
  Bytes value;
};
using PcapngOptions = std::vector<PcapngOption>;

/// A pcapng file, from its first section header on.
class PcapngFile {
 public:
  static constexpr std::uint64_t kLengthUnknown = ~std::uint64_t{0};

  explicit PcapngFile(bool big_endian = false, std::uint64_t section_length = kLengthUnknown) {
    section(big_endian, section_length);
  }

  PcapngFile& section(bool big_endian = false, std::uint64_t length = kLengthUnknown, std::uint16_t major = 1);
  PcapngFile& interface(std::uint16_t link = 1, std::uint32_t snap_len = 262144, const PcapngOptions& options = {});
  PcapngFile& enhanced(std::uint32_t interface, std::uint64_t units, const Bytes& packet,
                       const PcapngOptions& options = {}, std::uint32_t wire_len = 0);
  PcapngFile& simple(const Bytes& packet, std::uint32_t wire_len = 0);
  PcapngFile& obsolete(std::uint16_t interface, std::uint16_t lost, std::uint64_t units, const Bytes& packet,
                       const PcapngOptions& options = {});
  PcapngFile& statistics(std::uint32_t interface, const PcapngOptions& options);
  PcapngFile& block(std::uint32_t type, std::span<const std::uint8_t> body);
  PcapngFile& raw(std::span<const std::uint8_t> bytes);

  const Bytes& bytes() const { return file_.bytes(); }
  /// An option's value in this section's byte order.
  Bytes number(std::uint64_t value, unsigned size) const;

 private:
  FileWriter start() const { return FileWriter(big_endian_); }

  bool big_endian_ = false;
  FileWriter file_;
};

}  // namespace whydrop
