// What the frames of a decrypted QUIC Initial packet say to TLS.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace whydrop {

/// The handshake's bytes from its beginning on. Clients cut their hello in pieces and shuffle them, so that the frames
/// are put in order first; what is missing, or was sent in another packet, ends it.
class QuicCryptoStream {
 public:
  static constexpr std::size_t kMaxBytes = 2048;

  explicit QuicCryptoStream(std::span<const std::uint8_t> frames);

  std::span<const std::uint8_t> bytes() const { return std::span(bytes_).first(length_); }

 private:
  struct Piece {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  static constexpr std::size_t kMaxPieces = 32;

  void add(std::size_t offset, std::span<const std::uint8_t> data);
  void join();

  std::array<Piece, kMaxPieces> pieces_{};
  std::size_t count_ = 0;
  std::size_t length_ = 0;
  std::array<std::uint8_t, kMaxBytes> bytes_{};
};

}  // namespace whydrop
