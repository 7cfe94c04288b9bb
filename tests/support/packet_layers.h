// The layers that a test packet is made of, and their encoding. Tests use packet_builder.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "src/core/address.h"

namespace whydrop {

using Bytes = std::vector<std::uint8_t>;

namespace packet_layer {

struct Ether {
  MacAddress src;
  MacAddress dst;
};
struct Vlan {
  std::uint16_t id = 0;
  std::uint16_t tag_type = 0x8100;
};
struct Snap {};
struct Sll {
  unsigned version = 1;
  std::uint8_t packet_type = 0;
};
struct Loopback {
  std::uint32_t family = 2;
};
struct Ip {
  IpAddress src;
  IpAddress dst;
  std::uint8_t version = 4;
  std::uint8_t ttl = 64;
  std::uint8_t tos = 0;
  std::uint16_t id = 0;
  bool dont_fragment = false;
  bool fragmented = false;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;
  Bytes options{};
  std::optional<std::uint8_t> protocol{};  ///< instead of the following layer's
  std::optional<std::uint16_t> length{};   ///< instead of the right one
};
struct IpExtension {
  std::uint8_t number = 0;
  Bytes body;  ///< behind the next-header byte
};
struct Tcp {
  std::uint16_t src = 0;
  std::uint16_t dst = 0;
  std::uint8_t flags = 0;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint16_t window = 65535;
  Bytes options{};
  std::optional<std::uint8_t> header_len{};
  std::optional<std::uint16_t> checksum{};
};
struct Udp {
  std::uint16_t src = 0;
  std::uint16_t dst = 0;
  std::optional<std::uint16_t> length{};
  std::optional<std::uint16_t> checksum{};
};
struct Icmp {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint32_t rest = 0;  ///< the four bytes behind the checksum
};
struct Payload {
  Bytes bytes;
  std::uint16_t ether_type = 0xffff;
};

using Layer = std::variant<Ether, Vlan, Snap, Sll, Loopback, Ip, IpExtension, Tcp, Udp, Icmp, Payload>;

/// The packet's bytes from layer `first` on; what it is enclosed in still counts for checksums.
Bytes encode(std::span<const Layer> layers, std::size_t first = 0);

void append_u16(Bytes& bytes, std::uint32_t value);
void append_u32(Bytes& bytes, std::uint32_t value);
void append(Bytes& bytes, std::span<const std::uint8_t> more);
/// 4 or 16 bytes.
void append(Bytes& bytes, const IpAddress& address);

}  // namespace packet_layer
}  // namespace whydrop
