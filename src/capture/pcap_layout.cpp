// What a pcap file's header says about its records (draft-ietf-opsawg-pcap), variants included.
//
// The variants and how to tell them apart are those that Wireshark reads (wiretap/libpcap.c):
//   a1b2c3d4  microseconds; also written by patched libpcaps with longer record headers (Red Hat 6.1: 24 bytes,
//             Nokia IPSO: 20) and by AIX (version 2.2, nanoseconds, SNMP interface types for link types)
//   a1b23c4d  nanoseconds
//   a1b2cd34  Kuznetzov's patches: record headers of 24 bytes, or 28 (SuSE 6.3)
//   1c0001ac  IXIA hardware capture, nanoseconds; 1c0001ab: IXIA software capture, microseconds; both with four more
//             bytes in the file header
// each in either byte order. Where one magic has several record headers, the first three records are read as each. We
// are stricter than Wireshark, which takes the reading with the fewest oddities: a longer header is believed only when
// nothing is odd about it and something is about the shorter one. A plain file that is damaged or cut early stays
// plain.
#include "src/capture/pcap_layout.h"

#include <algorithm>
#include <array>

namespace whydrop {
namespace {

constexpr std::size_t kPlain = 16;
constexpr std::size_t kPatched = 24;
constexpr std::size_t kSuse = 28;
constexpr std::size_t kNokia = 20;

struct Magic {
  std::uint32_t value = 0;
  std::uint32_t nanos_per_fraction = 1000;
  std::size_t file_header = 24;
  bool is_patched = false;
};
constexpr std::uint32_t kStandard = 0xa1b2c3d4;
constexpr std::array kMagics = {
    Magic{.value = kStandard},
    Magic{.value = 0xa1b23c4d, .nanos_per_fraction = 1},
    Magic{.value = 0xa1b2cd34, .is_patched = true},
    Magic{.value = 0x1c0001ac, .nanos_per_fraction = 1, .file_header = 28},
    Magic{.value = 0x1c0001ab, .file_header = 28},
};

/// AIX writes the interface types of RFC 1573; nothing when it is none of them, and so not AIX.
std::optional<LinkType> aix_link_type(std::uint32_t type) {
  switch (type) {
    case 6: return LinkType{1};    // Ethernet
    case 9: return LinkType{6};    // Token Ring
    case 15: return LinkType{10};  // FDDI
    case 24: return LinkType{0};   // loopback
    default: return std::nullopt;
  }
}

bool is_linux_protocol(std::uint16_t protocol) {
  return protocol >= 0x600 || protocol <= 0x17 || protocol == 0x60 || protocol == 0x200 || protocol == 0x400;
}

/// Seen on Nokia boxes: [9b]fbf [bd][69]0[12].
bool is_nokia_tail(std::uint32_t tail) {
  const auto is_one_of = [](std::uint32_t value, std::uint32_t a, std::uint32_t b) { return value == a || value == b; };
  return (tail & 0x0fff00f0) == 0x0fbf0000 && is_one_of(tail >> 28U, 0x9, 0xb) &&
         is_one_of(tail >> 12U & 0xfU, 0xb, 0xd) && is_one_of(tail >> 8U & 0xfU, 0x6, 0x9) &&
         is_one_of(tail & 0xfU, 1, 2);
}

/// The rest of a record header, as long as it is assumed to be.
bool is_odd_tail(ByteReader& in, std::size_t record_header, ByteOrder order) {
  if (record_header == kPlain) return false;
  if (record_header == kNokia) return !is_nokia_tail(OrderedHeader<4>(in.take<4>(), order).u32<0>());
  const Header<8> bytes = in.take<8>();
  const OrderedHeader<8> tail(bytes, order);
  in.skip(record_header - kPatched);
  constexpr std::uint32_t kManyInterfaces = 10'000;
  constexpr std::uint8_t kLastPacketType = 4;
  return tail.u32<0>() > kManyInterfaces || !is_linux_protocol(tail.u16<4>()) || bytes.u8<6>() > kLastPacketType;
}

bool is_odd(const OrderedHeader<16>& header) {
  constexpr std::uint32_t kLongestFrame = 262'144;
  constexpr std::uint32_t kLongestPacket = 128U * 1024 * 1024;
  const std::uint32_t captured = header.u32<8>();
  const std::uint32_t on_wire = header.u32<12>();
  return header.u32<4>() >= 1'000'000 || captured == 0 || captured > kLongestFrame || on_wire > kLongestPacket ||
         captured > on_wire;
}

bool is_far_apart(std::uint32_t a, std::uint32_t b) {
  constexpr std::uint32_t kTenYears = 10U * 365 * 86'400;  // in seconds
  return std::max(a, b) - std::min(a, b) > kTenYears;
}

enum class Reading : std::uint8_t { sound, cut, odd };

/// The first three records, or all, if their headers are `record_header` bytes long.
Reading read_as(std::size_t record_header, std::span<const std::uint8_t> records, ByteOrder order) {
  ByteReader in(records, records.size());
  std::optional<std::uint32_t> first;  // record's time
  for (int record = 0; record < 3 && in.captured() > 0; ++record) {
    if (in.captured() < record_header) return Reading::cut;
    const OrderedHeader<16> header(in.take<16>(), order);
    if (!first) first = header.u32<0>();
    if (is_odd(header) || is_far_apart(header.u32<0>(), *first) || is_odd_tail(in, record_header, order))
      return Reading::odd;
    if (!in.skip(header.u32<8>())) return Reading::cut;
  }
  return Reading::sound;
}

}  // namespace

std::optional<PcapLayout> pcap_magic(std::span<const std::uint8_t> head) {
  ByteReader in(head, head.size());
  const Header<4> first = in.take<4>();
  if (!first) return std::nullopt;
  for (const Magic& magic : kMagics) {
    for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
      if (OrderedHeader<4>(first, order).u32<0>() != magic.value) continue;
      return PcapLayout{.order = order,
                        .nanos_per_fraction = magic.nanos_per_fraction,
                        .file_header = magic.file_header,
                        .record_header = magic.is_patched ? kPatched : kPlain,
                        .is_patched = magic.is_patched};
    }
  }
  return std::nullopt;
}

std::optional<PcapHeaderFault> read_pcap_header(Header<24> header, PcapLayout& layout) {
  const OrderedHeader<24> fields(header, layout.order);
  const std::uint16_t major = fields.u16<4>();
  const std::uint16_t minor = fields.u16<6>();
  const std::uint32_t link = fields.u32<20>();
  constexpr std::uint16_t kDgUx = 543;  // DG/UX tcpdump's version, with lengths in the old order
  if (major != 2 && major != kDgUx) return PcapHeaderFault{"its pcap version is not 2.x", 4};
  // Above the link type: the length of a frame check sequence (0xf4000000), which needs no care since IP packets know
  // their own length; and bits that would give the link type another meaning, which libpcap and Wireshark refuse too.
  constexpr std::uint32_t kReserved = 0x03ff0000;
  if ((link & kReserved) != 0) return PcapHeaderFault{"its link type has reserved bits set", 20};
  const bool is_standard = fields.u32<0>() == kStandard;
  layout.snap_len = fields.u32<16>();
  layout.link_type = LinkType{static_cast<std::uint16_t>(link & 0xffffU)};
  layout.lengths_swapped = major == kDgUx || minor < 4;
  layout.may_vary = (is_standard || layout.is_patched) && !layout.lengths_swapped;
  if (is_standard && major == 2 && minor == 2) {
    if (const auto type = aix_link_type(link)) {
      layout.link_type = *type;
      layout.nanos_per_fraction = 1;
    }
  }
  return std::nullopt;
}

std::size_t guess_record_header(const PcapLayout& layout, std::span<const std::uint8_t> records) {
  constexpr std::array kOfStandard = {kPlain, kPatched, kNokia};
  constexpr std::array kOfPatched = {kPatched, kSuse};
  const std::span<const std::size_t> candidates =
      layout.is_patched ? std::span<const std::size_t>(kOfPatched) : std::span<const std::size_t>(kOfStandard);
  if (read_as(candidates.front(), records, layout.order) != Reading::odd) return candidates.front();
  for (const std::size_t candidate : candidates.subspan(1)) {
    if (read_as(candidate, records, layout.order) == Reading::sound) return candidate;
  }
  return candidates.front();
}

}  // namespace whydrop
