// Names one captured packet for ever: which input file, and its number there as Wireshark and tcpdump -# print it.
#pragma once

#include <compare>
#include <cstdint>

namespace whydrop {

class PacketRef {
 public:
  constexpr PacketRef() = default;
  /// Files count from 0 and stay below 65,536, numbers below 2^48.
  constexpr PacketRef(std::uint32_t file, std::uint64_t number)
      : value_((static_cast<std::uint64_t>(file) << kNumberBits) | (number & kNumberMask)) {}

  /// 1-based; 0 in a default PacketRef, which names no packet.
  constexpr std::uint64_t number() const { return value_ & kNumberMask; }
  constexpr std::uint32_t file() const { return static_cast<std::uint32_t>(value_ >> kNumberBits); }
  constexpr explicit operator bool() const { return number() != 0; }

  auto operator<=>(const PacketRef&) const = default;

 private:
  static constexpr unsigned kNumberBits = 48;
  static constexpr std::uint64_t kNumberMask = (std::uint64_t{1} << kNumberBits) - 1;
  std::uint64_t value_ = 0;
};

}  // namespace whydrop
