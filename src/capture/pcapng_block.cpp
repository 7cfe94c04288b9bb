// Parts of pcapng blocks (draft-ietf-opsawg-pcapng): options, interface descriptions and statistics, clocks.
//
// Options are advice: where one of them makes no sense, it and those behind it are left unread, and the packets stay.
#include "src/capture/pcapng_block.h"

#include <string>
#include <vector>

#include "src/core/address.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint16_t kComment = 1;  // in every block that has options

/// Calls `use(code, value)` for each option up to the end, or to the first that its block does not hold.
template <class Use>
void each_option(ByteReader in, ByteOrder order, Use use) {
  constexpr std::uint16_t kEnd = 0;
  while (const Header<4> bytes = in.take<4>()) {
    const OrderedHeader<4> header(bytes, order);
    const std::uint16_t length = header.u16<2>();
    const auto value = in.take_bytes(length);
    if (header.u16<0>() == kEnd || !value) return;
    use(header.u16<0>(), *value);
    if (!in.skip(padded(length) - length)) return;
  }
}

/// An option of exactly N bytes, or an empty header.
template <std::size_t N>
OrderedHeader<N> fixed(Bytes value, ByteOrder order) {
  ByteReader in(value, value.size());
  return {value.size() == N ? in.take<N>() : Header<N>{}, order};
}

std::string filter_text(Bytes value) {
  constexpr std::size_t kLongestShown = 1000;
  constexpr std::uint8_t kText = 0;
  if (value.empty()) return {};
  return value.front() == kText ? escaped(value.subspan(1), kLongestShown) : "(compiled filter)";
}

FrameDirection direction_of(std::uint32_t flags) {
  switch (flags & 3U) {
    case 1: return FrameDirection::inbound;
    case 2: return FrameDirection::outbound;
    default: return FrameDirection::unknown;
  }
}

/// An epb_verdict option: who judged, then in its own numbers what. What the hardware says is known to its maker alone.
FrameVerdict verdict_of(Bytes value, ByteOrder order) {
  enum : std::uint8_t { kTrafficControl = 1, kExpressDataPath = 2 };
  const auto judged = fixed<9>(value, order);
  if (!judged) return FrameVerdict::unknown;
  const std::uint64_t action = judged.u64<1>();
  if (value.front() == kTrafficControl) {
    enum : std::uint8_t { kOk = 0, kShot = 2, kPipe = 3, kRedirect = 7 };  // linux/pkt_cls.h, TC_ACT_
    if (action == kShot) return FrameVerdict::dropped;
    return action == kOk || action == kPipe || action == kRedirect ? FrameVerdict::passed : FrameVerdict::unknown;
  }
  if (value.front() == kExpressDataPath) {
    enum : std::uint8_t { kDrop = 1, kRedirect = 4 };  // linux/bpf.h, XDP_; 0 is an aborted program, which drops
    if (action <= kDrop) return FrameVerdict::dropped;
    return action <= kRedirect ? FrameVerdict::passed : FrameVerdict::unknown;
  }
  return FrameVerdict::unknown;
}

Bytes up_to_zero(Bytes text) {
  return text.first(static_cast<std::size_t>(std::ranges::distance(text.begin(), std::ranges::find(text, 0))));
}

void add_address(std::vector<std::string>& addresses, const IpAddress& address) {
  constexpr std::size_t kMostShown = 64;
  if (addresses.size() < kMostShown) addresses.push_back(to_string(address));
}

}  // namespace

std::optional<PcapngClock> PcapngClock::of_resolution(std::uint8_t resolution) {
  constexpr std::uint8_t kBinary = 0x80;
  constexpr std::uint64_t kNanosPerSecond = 1'000'000'000;
  const unsigned exponent = resolution & 0x7fU;
  PcapngClock clock;
  if ((resolution & kBinary) != 0) {
    if (exponent > 63) return std::nullopt;
    clock.units_per_second_ = std::uint64_t{1} << exponent;
  } else {
    if (exponent > 19) return std::nullopt;
    for (unsigned i = 0; i < exponent; ++i) clock.units_per_second_ *= 10;
  }
  if (kNanosPerSecond % clock.units_per_second_ == 0) {
    clock.nanos_per_unit_ = kNanosPerSecond / clock.units_per_second_;
    clock.direct_until_ = std::numeric_limits<std::int64_t>::max() / clock.nanos_per_unit_;
  }
  return clock;
}

void PcapngComments::add(Bytes text) {
  constexpr std::size_t kLongestShown = 200;
  if (file_.comments.size() < kMostComments) file_.comments.push_back({packet_, escaped(text, kLongestShown)});
}

std::optional<PcapngDescription> read_description(Bytes body, ByteOrder order, PcapngComments comments) {
  enum : std::uint16_t { kName = 2, kIpv4 = 4, kIpv6 = 5, kResolution = 9, kFilter = 11, kOffset = 14 };
  constexpr std::uint8_t kMicroseconds = 6;
  ByteReader in(body, body.size());
  const OrderedHeader<8> header(in.take<8>(), order);
  if (!header) return std::nullopt;
  PcapngDescription found;
  std::uint8_t resolution = kMicroseconds;
  std::int64_t offset = 0;
  each_option(in, order, [&](std::uint16_t code, Bytes value) {
    switch (code) {
      case kComment: comments.add(value); break;
      case kName: found.shown.name = escaped(value); break;
      case kIpv4:
        if (value.size() == 8) add_address(found.shown.addresses, IpAddress::v4(value.first<4>()));
        break;
      case kIpv6:
        if (value.size() == 17) add_address(found.shown.addresses, IpAddress::v6(value.first<16>()));
        break;
      case kResolution:
        if (value.size() == 1) resolution = value.front();
        break;
      case kFilter: found.shown.filter = filter_text(value); break;
      case kOffset:
        if (const auto seconds = fixed<8>(value, order)) offset = static_cast<std::int64_t>(seconds.u64<0>());
        break;
      default: break;
    }
  });
  const auto clock = PcapngClock::of_resolution(resolution);
  if (!clock) return std::nullopt;
  found.interface.clock = *clock;
  found.interface.clock.offset_by(offset);
  found.interface.link_type = found.shown.link_type = LinkType{header.u16<0>()};
  found.interface.snap_len = found.shown.snap_len = header.u32<4>();
  return found;
}

std::optional<PcapngStatistics> read_statistics(Bytes body, ByteOrder order) {
  enum : std::uint16_t { kByInterface = 5, kBySystem = 7 };
  ByteReader in(body, body.size());
  const OrderedHeader<12> header(in.take<12>(), order);
  if (!header) return std::nullopt;
  PcapngStatistics found{.interface = header.u32<0>()};
  each_option(in, order, [&](std::uint16_t code, Bytes value) {
    const auto count = fixed<8>(value, order);
    if (!count || (code != kByInterface && code != kBySystem)) return;
    found.dropped = saturated_sum(found.dropped.value_or(0), count.u64<0>());
  });
  return found;
}

void read_comments(ByteReader options, ByteOrder order, PcapngComments comments) {
  each_option(options, order, [&](std::uint16_t code, Bytes value) {
    if (code == kComment) comments.add(value);
  });
}

void read_names(Bytes body, ByteOrder order, std::vector<NamedAddress>& names) {
  enum : std::uint16_t { kEnd = 0, kIpv4 = 1, kIpv6 = 2 };
  constexpr std::size_t kMost = 4096;
  ByteReader in(body, body.size());
  while (const Header<4> bytes = in.take<4>()) {
    const OrderedHeader<4> header(bytes, order);
    const std::uint16_t length = header.u16<2>();
    const auto value = in.take_bytes(length);
    if (header.u16<0>() == kEnd || !value || names.size() == kMost) return;
    const std::size_t address_len = header.u16<0>() == kIpv4 ? 4 : header.u16<0>() == kIpv6 ? 16 : 0;
    if (address_len != 0 && value->size() > address_len) {
      const IpAddress address = address_len == 4 ? IpAddress::v4(value->first<4>()) : IpAddress::v6(value->first<16>());
      names.push_back({address, escaped(up_to_zero(value->subspan(address_len)))});
    }
    if (!in.skip(padded(length) - length)) return;
  }
}

void read_packet_options(ByteReader options, ByteOrder order, PcapngPacketOptions& found, PcapngComments comments) {
  enum : std::uint16_t { kFlags = 2, kLost = 4, kPacketId = 5, kVerdict = 7 };
  each_option(options, order, [&](std::uint16_t code, Bytes value) {
    switch (code) {
      case kComment: comments.add(value); break;
      case kFlags:
        if (const auto flags = fixed<4>(value, order)) found.direction = direction_of(flags.u32<0>());
        break;
      case kLost:
        if (const auto lost = fixed<8>(value, order)) found.lost = lost.u64<0>();
        break;
      case kPacketId:
        if (const auto id = fixed<8>(value, order)) found.packet_id = id.u64<0>();
        break;
      case kVerdict:
        found.verdict =
            std::max(found.verdict, verdict_of(value, order));  // of several judges, a drop is the last word
        break;
      default: break;
    }
  });
}

}  // namespace whydrop
