// The Internet checksum (RFC 1071): a one's complement sum of 16-bit words.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "src/wire/byte_reader.h"

namespace whydrop {

/// Sums spans that each start on an even byte of the checksummed data; only the last may have an odd length.
///
/// Words are added in the host's byte order, several bytes at a time: the sum is the same but for the order of its two
/// bytes (RFC 1071, 2), which is put right once at the end.
class InternetChecksum {
 public:
  void add(std::span<const std::uint8_t> bytes) {
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
      const auto word = load<std::uint64_t>(bytes);
      sum_ += (word & 0xffff'ffffU) + (word >> 32U);
    }
    if (bytes.size() >= 4) {
      sum_ += load<std::uint32_t>(bytes);
      bytes = bytes.subspan(4);
    }
    if (bytes.size() >= 2) sum_ += load<std::uint16_t>(bytes);
    if (bytes.size() % 2 != 0) sum_ += in_network_order(static_cast<std::uint16_t>(bytes.back() << 8U));
  }
  /// The same, of a size that is known beforehand.
  template <std::size_t N>
    requires(N % 4 == 0)
  void add(const Header<N>& header) {
    [&]<std::size_t... At>(std::index_sequence<At...>) {
      ((sum_ += load<std::uint32_t>(header.template bytes<4 * At, 4>())), ...);
    }(std::make_index_sequence<N / 4>());
  }
  void add(std::uint16_t word) { sum_ += in_network_order(word); }

  /// What belongs into the checksum field; 0 when the data that was summed included a right one.
  std::uint16_t value() const {
    std::uint64_t folded = sum_;
    while (folded > 0xffff) folded = (folded & 0xffffU) + (folded >> 16U);
    return in_network_order(static_cast<std::uint16_t>(~folded));
  }

 private:
  template <class Word>
  static Word load(std::span<const std::uint8_t> bytes) {
    Word word = 0;
    std::memcpy(&word, bytes.data(), sizeof(word));
    return word;
  }
  static constexpr std::uint16_t in_network_order(std::uint16_t word) {
    return std::endian::native == std::endian::big ? word : static_cast<std::uint16_t>(word << 8U | word >> 8U);
  }

  std::uint64_t sum_ = 0;
};

}  // namespace whydrop
