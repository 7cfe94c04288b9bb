// The keys that protect a QUIC client's Initial packets (RFC 9001, 5.2; RFC 9369, 3.3). They follow from the packet
// itself: whoever sees it can read it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace whydrop {

enum class QuicVersion : std::uint32_t { v1 = 0x00000001, v2 = 0x6b3343cf };

struct QuicInitialKeys {
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 12> iv{};
  std::array<std::uint8_t, 16> header{};
};

constexpr std::size_t kQuicTagLen = 16;

/// Of the client that chose this destination connection id for its first packet.
QuicInitialKeys quic_client_keys(QuicVersion version, std::span<const std::uint8_t> connection_id);

/// What hides the first byte's low bits and the packet number, from a sample of what follows (RFC 9001, 5.4).
std::array<std::uint8_t, 16> quic_header_mask(const QuicInitialKeys& keys, std::span<const std::uint8_t, 16> sample);

struct QuicSealed {
  std::span<const std::uint8_t> header;  ///< with the packet number, unmasked
  std::uint32_t packet_number = 0;
  std::span<const std::uint8_t> text;  ///< encrypted
  std::span<const std::uint8_t> tag;   ///< kQuicTagLen bytes; empty where the capture cut it: then nothing is verified
};

/// Decrypts into `plain`, as long as `sealed.text`. False when somebody else's keys sealed it.
bool quic_open(const QuicInitialKeys& keys, const QuicSealed& sealed, std::span<std::uint8_t> plain);

}  // namespace whydrop
