// Who talks to whom: two ordered endpoints, the transport, the encapsulation. Equal for both directions.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>

#include "src/core/address.h"
#include "src/core/hash.h"
#include "src/wire/packet_view.h"

namespace whydrop {

struct Endpoint {
  IpAddress address;
  /// 0 where the transport has none. An echo flow keeps its identifier here on both sides.
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;
};

/// Of a service that IANA lists among the system ports (RFC 6335, 6).
constexpr bool is_well_known(std::uint16_t port) { return port < 1024; }

/// Index of an endpoint in a key and of its facts in a record: 0 is the lower endpoint, 1 the higher.
enum class Side : std::uint8_t { low = 0, high = 1 };

constexpr Side other(Side side) { return side == Side::low ? Side::high : Side::low; }
constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

struct FlowKey {
  IpAddress low{};
  IpAddress high{};
  std::uint16_t low_port = 0;
  std::uint16_t high_port = 0;
  Transport transport = Transport::none;
  std::uint8_t reserved = 0;
  std::uint16_t encapsulation = 0;  ///< 0: none; else the number of an outer endpoint pair

  Endpoint endpoint(Side side) const { return side == Side::low ? Endpoint{low, low_port} : Endpoint{high, high_port}; }
  auto operator<=>(const FlowKey&) const = default;
  bool operator==(const FlowKey& other) const { return words() == other.words(); }
  /// The same endpoints over the same transport, whatever carries them.
  bool is_same_tuple(FlowKey other) const {
    other.encapsulation = encapsulation;
    return *this == other;
  }

  /// The key as five words: it has no padding, and comparing them beats comparing arrays byte by byte.
  std::array<std::uint64_t, 5> words() const { return std::bit_cast<std::array<std::uint64_t, 5>>(*this); }
};

/// Writes the key of a packet, but for what carries it; says which of its sides sent it.
inline Side make_key(const IpAddress& src, std::uint16_t src_port, const IpAddress& dst, std::uint16_t dst_port,
                     Transport transport, FlowKey& key) {
  // Nobody can predict which of two is lower, and a wrong guess costs more than all of this: so nothing branches on it.
  const auto wide = [](const IpAddress& address) {
    const auto [first, second] = address.words();
    return static_cast<unsigned __int128>(first) << 64U | second;
  };
  const bool ordered = src == dst ? src_port <= dst_port : wide(src) < wide(dst);
  const std::array addresses{&src, &dst};
  const std::array ports{src_port, dst_port};
  const std::size_t low = ordered ? 0 : 1;
  key.low = *addresses[low];
  key.high = *addresses[1 - low];
  key.low_port = ports[low];
  key.high_port = ports[1 - low];
  key.transport = transport;
  return static_cast<Side>(low);
}
inline Side make_key(const Endpoint& src, const Endpoint& dst, Transport transport, FlowKey& key) {
  return make_key(src.address, src.port, dst.address, dst.port, transport, key);
}

/// Without the encapsulation: a flow whose directions take different tunnels is found under either.
///
/// Small fields are read one by one: as a word, just after they were written, the processor would wait for them.
inline std::uint64_t hash(const FlowKey& key) {
  const std::uint64_t rest = std::uint64_t{key.low_port} << 48U | std::uint64_t{key.high_port} << 32U |
                             static_cast<std::uint64_t>(key.transport);
  const auto [low_first, low_second] = key.low.words();
  const auto [high_first, high_second] = key.high.words();
  std::uint64_t state = hash_mix(kHashSeed ^ rest, low_first);
  state = hash_mix(state ^ low_second, high_first);
  return hash_mix(state ^ high_second, kHashSeed);
}

}  // namespace whydrop
