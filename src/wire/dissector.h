// The dissector contract, the table that dispatches by number, and the loop over both.
//
// A dissector reads its own header from `in`, writes facts into `view.facts()`, and answers with what comes next: a
// Claim (this number in this space), `Step::done()` when nothing follows that matters, `Step::declined()` when a port
// led to bytes that are not its protocol, or a StopReason. It never calls another dissector, and no dissector knows its
// children: they claim their numbers in dissectors/registry.def.
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

/// What a dissector answers: one word, which travels in a register. As a struct of bytes it would be put together in
/// memory and read back as a whole for every layer, and the processor waits for that.
class Step {
 public:
  enum class Kind : std::uint8_t { claim, quote, tunnel, declined, done, stop };

  Step(Claim claim) : Step(Kind::claim, claim) {}  // NOLINT(google-explicit-constructor)
  Step(StopReason reason)
      : word_(word(Kind::stop, static_cast<unsigned>(reason))) {}  // NOLINT(google-explicit-constructor)
  static Step done() { return Step(Kind::done, Claim{}); }
  /// Somebody else's packet on our port: as if nobody claimed that port. Nothing of `in` was taken then.
  static Step declined() { return Step(Kind::declined, Claim{}); }
  /// The rest is the packet that this ICMP error speaks about.
  static Step quote(Claim claim) { return {Kind::quote, claim}; }
  /// The rest is a packet of its own, which the packet up to here only carries. `id`: VNI, TEID, key, session …
  static Step tunnel(PacketView& view, Claim claim, std::uint32_t id = 0) {
    if (!view.in_quote()) view.tunnel.id = id;
    return {Kind::tunnel, claim};
  }

  Kind kind() const { return static_cast<Kind>(word_ & 0xffU); }
  StopReason reason() const { return static_cast<StopReason>(word_ >> 8U & 0xffU); }
  Claim claim() const {
    return {.space = static_cast<Space>(word_ >> 8U & 0xffU),
            .number = static_cast<std::uint16_t>(word_ >> 16U),
            .otherwise = static_cast<std::uint16_t>(word_ >> 32U)};
  }

 private:
  Step(Kind kind, Claim claim)
      : word_(word(kind, static_cast<unsigned>(claim.space)) | std::uint64_t{claim.number} << 16U |
              std::uint64_t{claim.otherwise} << 32U) {}
  static constexpr std::uint64_t word(Kind kind, unsigned second) { return static_cast<unsigned>(kind) | second << 8U; }

  std::uint64_t word_;
};

using DissectFunction = Step (*)(ByteReader& in, PacketView& view);

struct Dissector {
  std::string_view name;  ///< "ipv4"; also Wireshark's display name where there is one
  DissectFunction run;
};

/// Direct-indexed by number: one byte each, 0 for nobody. Built at compile time; a number claimed twice does not
/// compile.
class DissectorTable {
 public:
  constexpr explicit DissectorTable(std::span<const Dissector> dissectors) : dissectors_(dissectors) {}

  /// Gives these numbers to dissector `index`.
  constexpr void add(std::uint8_t index, std::initializer_list<Claim> claims) {
    for (const Claim& claim : claims) {
      const auto space = static_cast<std::size_t>(claim.space);
      if (claim.number >= kSizes[space]) throw "no such number";  // NOLINT(hicpp-exception-baseclass)
      std::uint8_t& slot = slots_[kStarts[space] + claim.number];
      if (slot != 0) throw "two dissectors claim one number";  // NOLINT(hicpp-exception-baseclass): at compile time
      slot = index;
      kinds_[space] |= kind_of(claim.number);
    }
  }

  /// Index of the dissector that claimed it, or 0.
  constexpr std::uint8_t find(Claim claim) const {
    const std::uint8_t index = lookup(claim.space, claim.number);
    return index != 0 || claim.otherwise == 0 ? index : lookup(claim.space, claim.otherwise);
  }
  constexpr const Dissector& operator[](std::uint8_t index) const { return dissectors_[index]; }
  /// Index 0 is "nobody" and has no function.
  constexpr std::size_t size() const { return dissectors_.size(); }

 private:
  static constexpr std::size_t kWide = 65536;
  static constexpr std::size_t kNarrow = 1024;  // link types end at 300, IP protocols at 255, versions at 15
  static constexpr std::array<std::uint32_t, kSpaces> kSizes{kNarrow, kWide, kNarrow, kNarrow, kWide, kWide, kWide};
  static constexpr std::array<std::uint32_t, kSpaces> kStarts = [] {
    std::array<std::uint32_t, kSpaces> starts{};
    for (std::size_t i = 1; i < kSpaces; ++i) starts[i] = starts[i - 1] + kSizes[i - 1];
    return starts;
  }();

  /// Most ports belong to nobody: some of their bits say so without a look at a table that no cache holds whole. Of
  /// the other spaces a few lines are asked for again and again.
  static constexpr bool is_of_ports(Space space) { return space >= Space::udp_port; }
  static constexpr std::uint64_t kind_of(std::uint16_t number) { return std::uint64_t{1} << (number % 61U); }

  constexpr std::uint8_t lookup(Space space, std::uint16_t number) const {
    const auto index = static_cast<std::size_t>(space);
    if (is_of_ports(space) ? (kinds_[index] & kind_of(number)) == 0 : number >= kSizes[index]) return 0;
    return slots_[kStarts[index] + number];
  }

  std::span<const Dissector> dissectors_;
  std::array<std::uint64_t, kSpaces> kinds_{};
  std::array<std::uint8_t, kStarts.back() + kSizes.back()> slots_{};
};

/// Reads `frame` layer by layer into `view`. Never throws, never allocates, always ends: every step takes a layer
/// slot, and there are kMaxLayers of them.
void dissect(const DissectorTable& table, const Frame& frame, PacketView& view);

/// Reads what the TCP payload of `view` begins with into its application facts: by its first two bytes, else by port.
/// Apart from `dissect`, since only the first bytes of each side are worth it, and only the flow knows which they are.
void dissect_tcp_payload(const DissectorTable& table, const Frame& frame, PacketView& view);

}  // namespace whydrop
