// The Internet checksum (RFC 1071): a one's complement sum of 16-bit words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace whydrop {

/// Sums spans that each start on an even byte of the checksummed data; only the last may have an odd length.
class InternetChecksum {
 public:
  void add(std::span<const std::uint8_t> bytes) {
    std::size_t at = 0;
    for (; at + 1 < bytes.size(); at += 2) sum_ += static_cast<std::uint32_t>(bytes[at] << 8U | bytes[at + 1]);
    if (at < bytes.size()) sum_ += static_cast<std::uint32_t>(bytes[at] << 8U);
  }
  void add(std::uint16_t word) { sum_ += word; }

  /// What belongs into the checksum field; 0 when the data that was summed included a right one.
  std::uint16_t value() const {
    std::uint64_t folded = sum_;
    while (folded > 0xffff) folded = (folded & 0xffffU) + (folded >> 16U);
    return static_cast<std::uint16_t>(~folded);
  }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace whydrop
