// The boundaries of pcap records and pcapng blocks.
#include "tests/corpus/parts.h"

namespace whydrop {
namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kRecordHeader = 16;
constexpr std::size_t kBlockHeader = 12;
constexpr std::uint32_t kSection = 0x0a0d0d0a;

std::uint32_t u32(std::span<const std::uint8_t> file, std::size_t at, bool big_endian) {
  std::uint32_t value = 0;
  for (std::size_t byte = 0; byte < 4; ++byte) {
    value = value << 8U | file[at + (big_endian ? byte : 3 - byte)];
  }
  return value;
}

/// Notes that the record after all so far is a packet.
void add_packet(Records& records, bool timed) {
  if (timed && records.packets != 0) records.places.push_back(records.packets);
  ++records.packets;
}

std::optional<Records> pcap_records(std::span<const std::uint8_t> file, bool big_endian) {
  Records records;
  records.all.push_back({.begin = 0, .size = kFileHeader});
  for (std::size_t at = kFileHeader; at < file.size();) {
    const std::size_t left = file.size() - at;
    const std::size_t size = left < kRecordHeader ? left : kRecordHeader + u32(file, at + 8, big_endian);
    records.all.push_back({.begin = at, .size = std::min(size, left), .numbered = size <= left});
    if (size <= left) add_packet(records, true);
    at += std::min(size, left);
  }
  return records;
}

/// Wireshark numbers these blocks: packets, journal entries and custom blocks.
bool is_numbered(std::uint32_t type) {
  return type == 2 || type == 3 || type == 6 || type == 9 || type == 0x0bad || type == 0x40000bad;
}

std::optional<Records> pcapng_records(std::span<const std::uint8_t> file) {
  constexpr std::uint32_t kPacket = 2;  // obsolete
  constexpr std::uint32_t kStatistics = 5;
  constexpr std::uint32_t kEnhanced = 6;
  Records records;
  bool big_endian = false;
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t left = file.size() - at;
    if (left >= kBlockHeader && u32(file, at, false) == kSection) big_endian = file[at + 8] == 0x1a;
    const std::uint32_t type = left < kBlockHeader ? 0 : u32(file, at, big_endian);
    const std::size_t size = left < kBlockHeader ? left : u32(file, at + 4, big_endian);
    if (size < kBlockHeader && size != left) return std::nullopt;
    const bool whole = size <= left && left >= kBlockHeader;
    records.all.push_back({.begin = at,
                           .size = std::min(size, left),
                           .numbered = whole && is_numbered(type),
                           .at_end = !whole || type == kStatistics});
    if (records.all.back().numbered) add_packet(records, type == kPacket || type == kEnhanced);
    records.unread += records.all.back().numbered && type > kEnhanced ? 1U : 0U;
    at += std::min(size, left);
  }
  return records;
}

}  // namespace

std::optional<Records> records_of(std::span<const std::uint8_t> file) {
  if (file.size() < kFileHeader) return std::nullopt;
  switch (u32(file, 0, true)) {
    case 0xa1b2c3d4:
    case 0xa1b23c4d: return pcap_records(file, true);
    case 0xd4c3b2a1:
    case 0x4d3cb2a1: return pcap_records(file, false);
    case kSection: return pcapng_records(file);
    default: return std::nullopt;
  }
}

Parts cut(std::span<const std::uint8_t> file, const Records& records, std::size_t packets) {
  Parts parts;
  std::size_t seen = 0;
  for (const Records::Record& record : records.all) {
    seen += record.numbered ? 1U : 0U;
    const auto bytes = file.subspan(record.begin, record.size);
    const bool describes = !record.numbered && !record.at_end;
    if (describes || (record.numbered && seen <= packets)) {
      parts.first.insert(parts.first.end(), bytes.begin(), bytes.end());
    }
    if (describes || record.at_end || (record.numbered && seen > packets)) {
      parts.second.insert(parts.second.end(), bytes.begin(), bytes.end());
    }
  }
  return parts;
}

}  // namespace whydrop
