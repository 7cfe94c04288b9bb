// Writes capture files for tests, byte by byte: pcap and pcapng in all their variants, good and bad.
#include "tests/support/packet_capture_file.h"

#include <utility>

namespace whydrop {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

std::size_t wire_len_of(const Bytes& packet, std::uint32_t wire_len) {
  return wire_len == 0 ? packet.size() : wire_len;
}

void append_record(FileWriter& file, const PcapWriting& writing, const FilePacket& packet) {
  const auto nanos = static_cast<std::uint64_t>(packet.time.time_since_epoch().count());
  std::uint64_t first = packet.bytes.size();
  std::uint64_t second = wire_len_of(packet.bytes, packet.wire_len);
  if (writing.lengths_swapped) std::swap(first, second);
  file.u32(nanos / kNanosPerSecond)
      .u32(nanos % kNanosPerSecond / static_cast<std::uint64_t>(writing.nanos_per_fraction))
      .u32(first)
      .u32(second)
      .raw(writing.record_tail)
      .raw(packet.bytes);
}

void append(FileWriter& body, const PcapngOptions& options) {
  if (options.empty()) return;
  for (const PcapngOption& option : options) {
    body.u16(option.code).u16(option.value.size()).raw(option.value).pad();
  }
  body.u32(0);  // end of options
}

}  // namespace

FileWriter& FileWriter::raw(std::span<const std::uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return *this;
}

FileWriter& FileWriter::pad() {
  while (bytes_.size() % 4 != 0) bytes_.push_back(0);
  return *this;
}

FileWriter& FileWriter::integer(std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) {
    const unsigned shift = 8 * (big_endian_ ? size - 1 - i : i);
    bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return *this;
}

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes pcap_file(const PcapWriting& writing, std::span<const FilePacket> packets) {
  FileWriter file(writing.big_endian);
  file.u32(writing.magic).u16(writing.major).u16(writing.minor).u64(0).u32(writing.snap_len).u32(writing.link);
  file.raw(writing.header_tail);
  for (const FilePacket& packet : packets) append_record(file, writing, packet);
  return file.bytes();
}

PcapngFile& PcapngFile::section(bool big_endian, std::uint64_t length, std::uint16_t major) {
  big_endian_ = big_endian;
  file_.set_order(big_endian);
  return block(0x0a0d0d0a, start().u32(0x1a2b3c4d).u16(major).u16(0).u64(length).bytes());
}

PcapngFile& PcapngFile::interface(std::uint16_t link, std::uint32_t snap_len, const PcapngOptions& options) {
  FileWriter description = start().u16(link).u16(0).u32(snap_len);
  append(description, options);
  return block(1, description.bytes());
}

PcapngFile& PcapngFile::enhanced(std::uint32_t interface, std::uint64_t units, const Bytes& packet,
                                 const PcapngOptions& options, std::uint32_t wire_len) {
  FileWriter enhanced = start().u32(interface).u32(units >> 32U).u32(units);
  enhanced.u32(packet.size()).u32(wire_len_of(packet, wire_len)).raw(packet).pad();
  append(enhanced, options);
  return block(6, enhanced.bytes());
}

PcapngFile& PcapngFile::simple(const Bytes& packet, std::uint32_t wire_len) {
  return block(3, start().u32(wire_len_of(packet, wire_len)).raw(packet).bytes());
}

PcapngFile& PcapngFile::obsolete(std::uint16_t interface, std::uint16_t lost, std::uint64_t units, const Bytes& packet,
                                 const PcapngOptions& options) {
  FileWriter obsolete = start().u16(interface).u16(lost).u32(units >> 32U).u32(units);
  obsolete.u32(packet.size()).u32(packet.size()).raw(packet).pad();
  append(obsolete, options);
  return block(2, obsolete.bytes());
}

PcapngFile& PcapngFile::statistics(std::uint32_t interface, const PcapngOptions& options) {
  FileWriter statistics = start().u32(interface).u64(0);
  append(statistics, options);
  return block(5, statistics.bytes());
}

PcapngFile& PcapngFile::block(std::uint32_t type, std::span<const std::uint8_t> body) {
  constexpr std::size_t kFrame = 12;
  const Bytes padded = FileWriter().raw(body).pad().bytes();
  file_.u32(type).u32(padded.size() + kFrame).raw(padded).u32(padded.size() + kFrame);
  return *this;
}

PcapngFile& PcapngFile::raw(std::span<const std::uint8_t> bytes) {
  file_.raw(bytes);
  return *this;
}

Bytes PcapngFile::number(std::uint64_t value, unsigned size) const {
  FileWriter writer = start();
  switch (size) {
    case 4: return writer.u32(value).bytes();
    case 8: return writer.u64(value).bytes();
    default: return {static_cast<std::uint8_t>(value)};
  }
}

}  // namespace whydrop
