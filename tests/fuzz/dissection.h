// Dissects made-up frames: a prefix that leads to one family of dissectors, and the fuzzer's bytes behind it.
//
// What a family target is given begins with three bytes: a number, which says what claims it (a port, an IP protocol,
// an EtherType; as itself, so that saved inputs keep their meaning when dissectors are added), and how many bytes more
// were on the wire than captured. The numbers are the wire's own: seeds/dissection.cpp takes them from sample packets.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>

#include "dissectors/registry.h"
#include "tests/support/packet_invariants.h"
#include "tests/support/packet_layers.h"

namespace whydrop {

struct FamilyInput {
  std::uint16_t number = 0;
  std::uint8_t not_captured = 0;
  std::span<const std::uint8_t> bytes;

  static std::optional<FamilyInput> of(const std::uint8_t* data, std::size_t size) {
    ByteReader in({data, size}, size);
    const auto header = in.take<3>();
    if (!header) return std::nullopt;
    return FamilyInput{.number = header.be16<0>(), .not_captured = header.u8<2>(), .bytes = in.rest()};
  }
};

constexpr LinkType kEthernet{1};
constexpr LinkType kBareIpv4{228};
constexpr LinkType kBareIpv6{229};

inline Bytes ethernet_header(std::uint16_t ether_type) {
  Bytes header(12, 2);
  packet_layer::append_u16(header, ether_type);
  return header;
}

/// Without a length, as offload leaves it: all that follows belongs to the packet.
inline Bytes ipv4_header(std::uint8_t protocol) {
  return {0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
}

inline Bytes ipv6_header(std::uint8_t next) {
  Bytes header{0x60, 0, 0, 0, 0, 0, next, 64};
  header.resize(40, 1);
  return header;
}

inline Bytes udp_header(std::uint16_t dst_port) {
  Bytes header{0x9c, 0x40};
  packet_layer::append_u16(header, dst_port);
  header.resize(8);  // length 0: up to the packet's end
  return header;
}

inline Bytes tcp_header(std::uint16_t dst_port) {
  constexpr std::uint8_t kNoOptions = 0x50;
  Bytes header{0x9c, 0x40};
  packet_layer::append_u16(header, dst_port);
  header.resize(20);
  header[12] = kNoOptions;
  header[13] = tcp_flag::ack;
  return header;
}

inline void dissect_and_check(LinkType link_type, std::span<const std::uint8_t> bytes, std::size_t not_captured) {
  Frame frame;
  frame.link_type = link_type;
  frame.bytes = bytes;
  frame.wire_len = static_cast<std::uint32_t>(bytes.size() + not_captured);
  PacketView view;
  dissect(dissectors(), frame, view);
  if (view.packet.transport == Transport::tcp) dissect_tcp_payload(dissectors(), frame, view);
  if (const auto broken = broken_promise(view, frame); !broken.empty()) {
    fmt::print(stderr, "broken promise: {}\n", broken);
    std::abort();
  }
}

/// `prefix` and `more` stand before the input's bytes, all in a block that ends where they do.
inline void dissect_behind(LinkType link_type, const Bytes& prefix, const Bytes& more, const FamilyInput& input) {
  Bytes frame;
  frame.reserve(prefix.size() + more.size() + input.bytes.size());
  for (const std::span<const std::uint8_t> part : {std::span(prefix), std::span(more), input.bytes}) {
    frame.insert(frame.end(), part.begin(), part.end());
  }
  dissect_and_check(link_type, frame, input.not_captured);
}

/// The body of a target; `read` says what stands before a FamilyInput's bytes.
template <typename Read>
int fuzz_family(const std::uint8_t* data, std::size_t size, const Read& read) {
  if (const auto input = FamilyInput::of(data, size)) read(*input);
  return 0;
}

}  // namespace whydrop
