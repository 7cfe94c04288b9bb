// The dissector contract, the table that dispatches by number, and the loop over both.
//
// A dissector reads its own header from `in`, writes facts into `view.facts()`, and answers with what comes next: a
// Claim (this number in this space), `Step::done()` when nothing follows that matters, or a StopReason. It never calls
// another dissector, and no dissector knows its children: they claim their numbers in dissectors/registry.def.
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
  udp_port,
  tcp_port,
};
constexpr std::size_t kSpaces = 6;

struct Claim {
  Space space;
  std::uint16_t number;
  std::uint16_t otherwise = 0;  ///< tried when nobody claims `number` (a UDP packet's other port); 0: none
};

/// What a dissector answers.
class Step {
 public:
  enum class Kind : std::uint8_t { claim, quote, done, stop };

  Step(Claim claim) : kind_(Kind::claim), claim_(claim) {}         // NOLINT(google-explicit-constructor)
  Step(StopReason reason) : kind_(Kind::stop), reason_(reason) {}  // NOLINT(google-explicit-constructor)
  static Step done() { return Step(Kind::done); }
  /// The rest is the packet that this ICMP error speaks about.
  static Step quote(Claim claim) {
    Step step(claim);
    step.kind_ = Kind::quote;
    return step;
  }

  Kind kind() const { return kind_; }
  Claim claim() const { return claim_; }
  StopReason reason() const { return reason_; }

 private:
  explicit Step(Kind kind) : kind_(kind) {}
  Kind kind_;
  StopReason reason_ = StopReason::none;
  Claim claim_{};
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
      std::uint8_t& slot = slot_of(claim.space, claim.number);
      if (slot != 0) throw "two dissectors claim one number";  // NOLINT(hicpp-exception-baseclass): at compile time
      slot = index;
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

  constexpr std::uint8_t lookup(Space space, std::uint16_t number) const {
    switch (space) {
      case Space::link_type: return number < kNarrow ? link_type_[number] : std::uint8_t{0};
      case Space::ether_type: return ether_type_[number];
      case Space::ip_version: return number < kNarrow ? ip_version_[number] : std::uint8_t{0};
      case Space::ip_protocol: return number < kNarrow ? ip_protocol_[number] : std::uint8_t{0};
      case Space::udp_port: return udp_port_[number];
      case Space::tcp_port: return tcp_port_[number];
    }
    return 0;
  }
  constexpr std::uint8_t& slot_of(Space space, std::uint16_t number) {
    switch (space) {
      case Space::link_type: return link_type_[number];
      case Space::ether_type: return ether_type_[number];
      case Space::ip_version: return ip_version_[number];
      case Space::ip_protocol: return ip_protocol_[number];
      case Space::udp_port: return udp_port_[number];
      case Space::tcp_port: return tcp_port_[number];
    }
    throw "no such space";  // NOLINT(hicpp-exception-baseclass): at compile time
  }

  std::span<const Dissector> dissectors_;
  std::array<std::uint8_t, kNarrow> link_type_{};
  std::array<std::uint8_t, kNarrow> ip_version_{};
  std::array<std::uint8_t, kNarrow> ip_protocol_{};
  std::array<std::uint8_t, kWide> ether_type_{};
  std::array<std::uint8_t, kWide> udp_port_{};
  std::array<std::uint8_t, kWide> tcp_port_{};
};

/// Reads `frame` layer by layer into `view`. Never throws, never allocates, always ends: every step takes a layer
/// slot, and there are kMaxLayers of them.
void dissect(const DissectorTable& table, const Frame& frame, PacketView& view);

}  // namespace whydrop
