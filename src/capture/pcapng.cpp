// The pcapng format (draft-ietf-opsawg-pcapng): blocks with their length at both ends, in sections that each have
// their own byte order and interfaces.
//
// Blocks that we do not know are passed over by their length, and a section's own length is not needed: the next
// section says where it begins. Lengths that are no multiple of four are rounded up, as Wireshark does. A simple
// packet has no time: it takes the time of the packet before it, so that the capture's clock does not jump to 1970.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/capture/formats.h"
#include "src/capture/pcapng_block.h"
#include "src/capture/record_source.h"

namespace whydrop {
namespace {

using Bytes = std::span<const std::uint8_t>;

enum BlockType : std::uint32_t {
  kDescription = 1,
  kObsoletePacket = 2,
  kSimplePacket = 3,
  kNames = 4,
  kStatistics = 5,
  kEnhancedPacket = 6,
  kJournal = 9,
  kCustom = 0xbad,
  kCustomNotCopied = 0x40000bad,
  kSection = 0x0a0d0d0a,  // reads the same in both byte orders
};

constexpr std::size_t kBlockHeader = 8;
constexpr std::size_t kBlockTrailer = 4;
constexpr std::size_t kSmallestBlock = kBlockHeader + kBlockTrailer;

/// What the packet blocks have in common.
struct PacketFields {
  std::uint32_t interface = 0;
  std::optional<std::uint64_t> units = std::nullopt;  ///< of the interface's clock
  std::uint32_t captured = 0;
  std::uint32_t on_wire = 0;
  std::optional<std::uint64_t> lost = std::nullopt;
};

class Pcapng {
 public:
  static constexpr bool kAllInFrames = false;  // interfaces, comments, times that are carried on

  Parsed next(Bytes bytes, Frame& frame, CaptureFile& file) {
    if (bytes.size() < kSmallestBlock) return {Parsed::Kind::need, kSmallestBlock};
    ByteReader in(bytes, bytes.size());
    const Header<8> start = in.take<8>();
    if (start.le32<0>() == kSection && !choose_order(in.take<4>()))
      return {damage("a section's byte order is not given")};
    const OrderedHeader<8> header(start, order_);
    const std::uint32_t length = header.u32<4>();
    if (length < kSmallestBlock || length > kMaxRecord) {
      return {damage(fmt::format("a block's length is {}, not between {} and {}", length, kSmallestBlock, kMaxRecord))};
    }
    const std::size_t size = padded(length);
    if (bytes.size() < size) return {Parsed::Kind::need, size};
    ByteReader end(bytes.subspan(size - kBlockTrailer), kBlockTrailer);
    const std::uint32_t repeated = OrderedHeader<4>(end.take<4>(), order_).u32<0>();
    if (padded(repeated) != size) {
      return {damage(fmt::format("a block's length is {} at its start and {} at its end", length, repeated))};
    }
    return {block(header.u32<0>(), bytes.subspan(kBlockHeader, size - kSmallestBlock), frame, file), size};
  }

  RecordSign sign() const { return {.byte = kEnhancedPacket, .offset = order_ == ByteOrder::little ? 0U : 3U}; }
  std::size_t record_size(Bytes bytes) const {
    ByteReader in(bytes, bytes.size());
    const Header<28> start = in.take<28>();
    if (!start) return 0;
    const OrderedHeader<28> header(start, order_);
    const std::uint32_t length = header.u32<4>();
    constexpr std::uint32_t kMostOptions = 1024;
    const std::uint32_t captured = header.u32<20>();
    const bool is_packet = header.u32<0>() == kEnhancedPacket && header.u32<8>() < interfaces_.size();
    if (!is_packet || captured > length || length - captured > kMostOptions) return 0;
    return padded(length);
  }

  const std::string& problem() const { return problem_; }

 private:
  static constexpr std::size_t kMaxInterfaces = 16'384;  // bounds memory; a concatenation may well have thousands

  bool choose_order(Header<4> magic) {
    constexpr std::uint32_t kMagic = 0x1a2b3c4d;
    if (magic.le32<0>() != kMagic && magic.be32<0>() != kMagic) return false;
    order_ = magic.le32<0>() == kMagic ? ByteOrder::little : ByteOrder::big;
    return true;
  }

  Parsed::Kind block(std::uint32_t type, Bytes body, Frame& frame, CaptureFile& file) {
    switch (type) {
      case kEnhancedPacket: return enhanced_packet(body, frame, file);
      case kObsoletePacket: return obsolete_packet(body, frame, file);
      case kSimplePacket: return simple_packet(body, frame, file);
      case kDescription: return description(body, file);
      case kStatistics: return statistics(body, file);
      case kNames: return names(body, file);
      case kSection: return section(body, file);
      case kJournal:
      case kCustom:
      case kCustomNotCopied: ++numbered_; return Parsed::Kind::numbered;
      default: return Parsed::Kind::other;
    }
  }

  Parsed::Kind enhanced_packet(Bytes body, Frame& frame, CaptureFile& file) {
    ByteReader in(body, body.size());
    const OrderedHeader<20> header(in.take<20>(), order_);
    if (!header) return too_short("an enhanced packet");
    const PacketFields fields{.interface = header.u32<0>(),
                              .units = std::uint64_t{header.u32<4>()} << 32U | header.u32<8>(),
                              .captured = header.u32<12>(),
                              .on_wire = header.u32<16>()};
    return packet(fields, in, frame, file);
  }

  Parsed::Kind obsolete_packet(Bytes body, Frame& frame, CaptureFile& file) {
    ByteReader in(body, body.size());
    const OrderedHeader<20> header(in.take<20>(), order_);
    if (!header) return too_short("a packet");
    constexpr std::uint16_t kUnknown = 0xffff;
    PacketFields fields{.interface = header.u16<0>(),
                        .units = std::uint64_t{header.u32<4>()} << 32U | header.u32<8>(),
                        .captured = header.u32<12>(),
                        .on_wire = header.u32<16>()};
    if (header.u16<2>() != kUnknown) fields.lost = header.u16<2>();
    return packet(fields, in, frame, file);
  }

  Parsed::Kind simple_packet(Bytes body, Frame& frame, CaptureFile& file) {
    ByteReader in(body, body.size());
    const OrderedHeader<4> header(in.take<4>(), order_);
    if (!header) return too_short("a simple packet");
    const std::uint32_t on_wire = header.u32<0>();
    const std::uint32_t snap_len = interfaces_.empty() ? 0 : interfaces_.front().snap_len;
    const std::uint32_t captured = snap_len == 0 ? on_wire : std::min(on_wire, snap_len);
    return packet({.captured = captured, .on_wire = on_wire}, in, frame, file);
  }

  /// `in` stands before the packet's data.
  Parsed::Kind packet(const PacketFields& fields, ByteReader in, Frame& frame, CaptureFile& file) {
    if (fields.interface >= interfaces_.size()) {
      return damage(fmt::format("a packet is of interface {}, which its section does not describe", fields.interface));
    }
    PcapngInterface& interface = interfaces_[fields.interface];
    const auto data = in.take_bytes(fields.captured);
    if (!data || fields.captured > max_frame(interface.link_type)) {
      return damage(fmt::format("a packet's captured length is {}, more than can be meant", fields.captured));
    }
    ++numbered_;
    PcapngPacketOptions options{.lost = fields.lost};
    if (in.captured() > 0 && in.skip(padded(fields.captured) - fields.captured))
      read_packet_options(in, order_, options, {file, numbered_});
    if (options.lost) {
      interface.lost = saturated_sum(interface.lost, *options.lost);
      show_dropped(fields.interface, file);
    }
    if (fields.units) time_ = interface.clock.at(*fields.units);
    frame.time = time_;
    frame.bytes = *data;
    frame.wire_len = std::max(fields.captured, fields.on_wire);
    frame.interface = static_cast<std::uint32_t>(first_interface_) + fields.interface;
    frame.packet_id = options.packet_id;
    frame.link_type = interface.link_type;
    frame.direction = options.direction;
    frame.verdict = options.verdict;
    return Parsed::Kind::frame;
  }

  Parsed::Kind description(Bytes body, CaptureFile& file) {
    if (file.interfaces.size() == kMaxInterfaces) return damage(fmt::format("more than {} interfaces", kMaxInterfaces));
    auto found = read_description(body, order_, {file, 0});
    if (!found) return damage("an interface's description is too short, or its clock too fine");
    interfaces_.push_back(found->interface);
    file.interfaces.push_back(std::move(found->shown));
    return Parsed::Kind::other;
  }

  Parsed::Kind statistics(Bytes body, CaptureFile& file) {
    const auto found = read_statistics(body, order_);
    if (found && found->dropped && found->interface < interfaces_.size()) {
      interfaces_[found->interface].dropped = *found->dropped;
      show_dropped(found->interface, file);
    }
    return Parsed::Kind::other;
  }

  /// Packets and statistics count the same losses: the larger count is the more complete one.
  void show_dropped(std::uint32_t interface, CaptureFile& file) const {
    const PcapngInterface& counted = interfaces_[interface];
    file.interfaces[first_interface_ + interface].dropped = std::max(counted.lost, counted.dropped);
  }

  Parsed::Kind names(Bytes body, CaptureFile& file) const {
    read_names(body, order_, file.names);
    return Parsed::Kind::other;
  }

  Parsed::Kind section(Bytes body, CaptureFile& file) {
    ByteReader in(body, body.size());
    const OrderedHeader<16> header(in.take<16>(), order_);
    if (!header) return too_short("a section header");
    if (header.u16<4>() != 1) return damage(fmt::format("a section's pcapng version is {}, not 1", header.u16<4>()));
    read_comments(in, order_, {file, 0});
    interfaces_.clear();
    first_interface_ = file.interfaces.size();
    return Parsed::Kind::other;
  }

  Parsed::Kind too_short(std::string_view block) {
    return damage(fmt::format("{} block is shorter than its fixed fields", block));
  }
  Parsed::Kind damage(std::string what) {
    problem_ = std::move(what);
    return Parsed::Kind::damage;
  }

  ByteOrder order_ = ByteOrder::little;
  std::vector<PcapngInterface> interfaces_;  ///< of this section
  std::size_t first_interface_ = 0;          ///< where this section's interfaces begin in the file's
  Time time_;                                ///< of the last packet
  std::uint64_t numbered_ = 0;               ///< of the last packet, as RecordSource counts
  std::string problem_;
};

}  // namespace

bool is_pcapng(Bytes head) {
  ByteReader in(head, head.size());
  const Header<4> type = in.take<4>();
  return type && type.le32<0>() == kSection;
}

Opened open_pcapng(Input input, std::uint32_t index) {
  Pcapng format;
  CaptureFile file{.path = input.path(), .format = input.format("pcapng"), .size = input.size()};
  Frame none;
  Parsed step = format.next(input.bytes(), none, file);
  while (step.kind == Parsed::Kind::need) {
    const auto held = input.hold(step.size);
    if (!held) return std::unexpected(held.error());
    if (!*held) return std::unexpected(header_cut(input, "pcapng"));
    step = format.next(input.bytes(), none, file);
  }
  if (step.kind == Parsed::Kind::damage) return std::unexpected(damaged(input, format.problem()));
  input.consume(step.size);
  return make_record_source(std::move(input), index, std::move(format), std::move(file));
}

}  // namespace whydrop
