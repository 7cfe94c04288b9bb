// The dissector contract, the table that dispatches by number, and the loop over both.
//
// A dissector reads its own header from `in`, writes facts into `view.facts()`, and answers with what comes next: a
// Claim (this number in this space), `Step::done()` when nothing follows that matters, `Step::declined()` when a port
// led to bytes that are not its protocol, or a StopReason. It never calls another dissector, and no dissector knows its
// children: they claim their numbers in dissectors/registry.def. The one exception is the shortcut of Ethernet, whose
// file says why.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "src/wire/byte_reader.h"
#include "src/wire/frame.h"
#include "src/wire/packet_view.h"
#include "src/wire/segment.h"
#include "src/wire/stop.h"

namespace whydrop {

/// Number spaces in which a dissector can claim its place.
enum class Space : std::uint8_t {
  link_type,    ///< LINKTYPE_ of the capture
  ether_type,   ///< EtherType, also behind VLAN tags and SLL
  ip_version,   ///< 4 or 6, where the link layer carries bare IP
  ip_protocol,  ///< IPv4 protocol, IPv6 next header (extension headers too)
  udp_port,     ///< from here on spaces of 65,536 numbers, most of which belong to nobody
  tcp_start,    ///< the first two bytes that a side says over TCP, whatever the port
  tcp_port,
};
constexpr std::size_t kSpaces = 7;

struct Claim {
  Space space{};
  std::uint16_t number = 0;
  std::uint16_t otherwise = 0;  ///< tried when nobody claims `number` (a UDP packet's other port); 0: none
};

/// All numbers of all spaces in one row, so that a claim is two places in it. Nobody can claim the place 0.
namespace places {
constexpr std::uint32_t kWide = 65536;
constexpr std::uint32_t kNarrow = 1024;  // link types end at 300, IP protocols at 255, versions at 15
constexpr std::array<std::uint32_t, kSpaces> kSizes{kNarrow, kWide, kNarrow, kNarrow, kWide, kWide, kWide};
constexpr std::array<std::uint32_t, kSpaces + 1> kStarts = [] {
  std::array<std::uint32_t, kSpaces + 1> starts{1};
  for (std::size_t i = 0; i < kSpaces; ++i) starts[i + 1] = starts[i] + kSizes[i];
  return starts;
}();
constexpr std::uint32_t start_of(Space space) { return kStarts[static_cast<std::size_t>(space)]; }
constexpr std::uint32_t end_of(Space space) { return kStarts[static_cast<std::size_t>(space) + 1]; }
constexpr bool is_in(Space space, std::uint32_t place) { return place >= start_of(space) && place < end_of(space); }
/// 0 where the space has no such number.
constexpr std::uint32_t of(Space space, std::uint16_t number) {
  return number < kSizes[static_cast<std::size_t>(space)] ? start_of(space) + number : 0;
}
}  // namespace places

/// A claim as the table looks for it.
struct Next {
  std::uint32_t place = 0;
  std::uint32_t otherwise = 0;  ///< 0: none

  constexpr Next() = default;
  constexpr explicit Next(Claim claim)
      : place(places::of(claim.space, claim.number)),
        otherwise(claim.otherwise == 0 ? 0 : places::of(claim.space, claim.otherwise)) {}
  constexpr Next(std::uint32_t first, std::uint32_t second) : place(first), otherwise(second) {}
};

/// What a dissector answers: one word, which travels in a register. As a struct of bytes it would be put together in
/// memory and read back as a whole for every layer, and the processor waits for that.
class Step {
 public:
  enum class Kind : std::uint8_t { claim, quote, tunnel, declined, done, stop };

  Step(Claim claim) : Step(Kind::claim, Next(claim)) {}  // NOLINT(google-explicit-constructor)
  Step(StopReason reason)                                // NOLINT(google-explicit-constructor)
      : Step(Kind::stop, Next(static_cast<std::uint32_t>(reason), 0)) {}
  static Step done() { return {Kind::done, Next()}; }
  /// Somebody else's packet on our port: as if nobody claimed that port. Nothing of `in` was taken then.
  static Step declined() { return {Kind::declined, Next()}; }
  /// The rest is the packet that this ICMP error speaks about.
  static Step quote(Claim claim) { return {Kind::quote, Next(claim)}; }
  /// The rest is a packet of its own, which the packet up to here only carries. `id`: VNI, TEID, key, session …
  static Step tunnel(PacketView& view, Claim claim, std::uint32_t id = 0) {
    if (!view.in_quote()) view.tunnel.id = id;
    return {Kind::tunnel, Next(claim)};
  }

  Kind kind() const { return static_cast<Kind>(word_ & kKindMask); }
  StopReason reason() const { return static_cast<StopReason>(next().place); }
  Next next() const {
    return {static_cast<std::uint32_t>(word_ >> kKindBits & kPlaceMask),
            static_cast<std::uint32_t>(word_ >> (kKindBits + kPlaceBits))};
  }

 private:
  static constexpr unsigned kKindBits = 8;
  static constexpr unsigned kPlaceBits = 28;
  static constexpr std::uint64_t kKindMask = (std::uint64_t{1} << kKindBits) - 1;
  static constexpr std::uint64_t kPlaceMask = (std::uint64_t{1} << kPlaceBits) - 1;
  static_assert(places::kStarts.back() <= kPlaceMask);

  Step(Kind kind, Next next)
      : word_(static_cast<std::uint64_t>(kind) | std::uint64_t{next.place} << kKindBits |
              std::uint64_t{next.otherwise} << (kKindBits + kPlaceBits)) {}

  std::uint64_t word_;
};

using DissectFunction = Step (*)(ByteReader& in, PacketView& view);

struct Dissector {
  std::string_view name;  ///< "ipv4"; also Wireshark's display name where there is one
  DissectFunction run;
};

/// Reads a frame, of which the dissector is the outermost, where it holds a TCP segment that says no more than
/// `Segment` can hold, and lies in the frame as most do. False for all others; nothing in `segment` is of use then.
using SegmentFunction = bool (*)(const Frame& frame, Segment& segment);

/// Direct-indexed by number: one byte each, 0 for nobody. Built at compile time; a number claimed twice does not
/// compile.
class DissectorTable {
 public:
  constexpr explicit DissectorTable(std::span<const Dissector> dissectors) : dissectors_(dissectors) {}

  /// Gives these numbers to dissector `index`.
  constexpr void add(std::uint8_t index, std::initializer_list<Claim> claims) {
    for (const Claim& claim : claims) {
      const std::uint32_t place = places::of(claim.space, claim.number);
      if (place == 0) throw "no such number";  // NOLINT(hicpp-exception-baseclass)
      std::uint8_t& owner = owners_[place];
      if (owner != 0) throw "two dissectors claim one number";  // NOLINT(hicpp-exception-baseclass): at compile time
      owner = index;
      if (is_port(place)) kinds_[kind_of(place)] = true;
    }
  }

  constexpr void add_short_way(std::uint8_t index, SegmentFunction function) { short_ways_[index] = function; }

  /// Reads a frame that is not worth a dissection. False where it is, or nothing is known of it but by dissection.
  bool read_segment(const Frame& frame, Segment& segment) const {
    const Claim link{.space = Space::link_type, .number = static_cast<std::uint16_t>(frame.link_type)};
    const SegmentFunction function = short_ways_[find(link)];
    return function != nullptr && frame.packet_id == 0 && frame.verdict == FrameVerdict::unknown &&
           function(frame, segment);
  }

  /// Index of the dissector that claimed it, or 0.
  constexpr std::uint8_t find(Next next) const {
    const std::uint8_t index = owner_of(next.place);
    return index != 0 || next.otherwise == 0 ? index : owner_of(next.otherwise);
  }
  constexpr std::uint8_t find(Claim claim) const { return find(Next(claim)); }
  constexpr const Dissector& operator[](std::uint8_t index) const { return dissectors_[index]; }
  /// Index 0 is "nobody" and has no function.
  constexpr std::size_t size() const { return dissectors_.size(); }

 private:
  /// Most ports belong to nobody: a table that fits into the first cache says so of nearly all of them, while no cache
  /// holds the whole one. Of the other spaces a few lines are asked for again and again.
  static constexpr std::size_t kKinds = 1024;
  static constexpr bool is_port(std::uint32_t place) { return place >= places::start_of(Space::udp_port); }
  static constexpr std::size_t kind_of(std::uint32_t place) { return (place ^ place >> 10U) % kKinds; }

  constexpr std::uint8_t owner_of(std::uint32_t place) const {
    return is_port(place) && !kinds_[kind_of(place)] ? std::uint8_t{0} : owners_[place];
  }

  std::span<const Dissector> dissectors_;
  std::array<bool, kKinds> kinds_{};
  std::array<SegmentFunction, 256> short_ways_{};  ///< by index; none: nullptr
  std::array<std::uint8_t, places::kStarts.back()> owners_{};
};

/// Reads `frame` layer by layer into `view`. Never throws, never allocates, always ends: every step takes a layer
/// slot, and there are kMaxLayers of them.
void dissect(const DissectorTable& table, const Frame& frame, PacketView& view);

/// Reads what the TCP payload of `view` begins with into its application facts: by its first two bytes, else by port.
/// Apart from `dissect`, since only the first bytes of each side are worth it, and only the flow knows which they are.
void dissect_tcp_payload(const DissectorTable& table, const Frame& frame, PacketView& view);

}  // namespace whydrop
