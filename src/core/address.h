// Addresses as values: 16 bytes for every IP address, 6 for a MAC.
//
// An IPv4 address is kept IPv4-mapped (RFC 4291, 2.5.5.2), so that both families share one key, one hash and one
// comparison. A mapped address on the wire is not legal traffic and prints as the IPv4 address that it means.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace whydrop {

class IpAddress {
 public:
  constexpr IpAddress() = default;

  static IpAddress v4(std::span<const std::uint8_t, 4> bytes) {
    IpAddress address = mapped_prefix();
    std::memcpy(address.bytes_.data() + 12, bytes.data(), 4);
    return address;
  }
  static IpAddress v6(std::span<const std::uint8_t, 16> bytes) {
    IpAddress address;
    std::memcpy(address.bytes_.data(), bytes.data(), 16);
    return address;
  }
  /// Dotted quad or RFC 4291 text, without a zone or prefix length; nothing when the text is neither.
  static std::optional<IpAddress> parse(std::string_view text);

  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  /// As the address's own family writes them: 4 bytes or 16.
  std::span<const std::uint8_t> family_bytes() const { return std::span(bytes_).subspan(is_v4() ? 12 : 0); }
  bool is_v4() const { return std::memcmp(bytes_.data(), mapped_prefix().bytes_.data(), 12) == 0; }
  bool is_unspecified() const;
  bool is_loopback() const;
  bool is_multicast() const;
  /// The limited broadcast address 255.255.255.255; a subnet's own broadcast cannot be known from packets.
  bool is_broadcast() const;
  /// fe80::/10 and 169.254.0.0/16.
  bool is_link_local() const;
  /// RFC 1918, RFC 6598 and fc00::/7.
  bool is_private() const;

  /// The sixteen bytes as two numbers, so that comparing and hashing them does not go byte by byte.
  using Words = std::pair<std::uint64_t, std::uint64_t>;
  /// Those of an IPv4 address that is a number.
  static constexpr Words v4_words(std::uint32_t address) { return {0, std::uint64_t{0xffff} << 32U | address}; }
  static IpAddress of(Words words) {
    const auto [first, second] = words;
    IpAddress address;
    const bool is_big = std::endian::native == std::endian::big;
    address.bytes_ = std::bit_cast<std::array<std::uint8_t, 16>>(
        std::array{is_big ? first : __builtin_bswap64(first), is_big ? second : __builtin_bswap64(second)});
    return address;
  }
  Words words() const {
    const auto both = std::bit_cast<std::array<std::uint64_t, 2>>(bytes_);
    if constexpr (std::endian::native == std::endian::big) return {both[0], both[1]};
    return {__builtin_bswap64(both[0]), __builtin_bswap64(both[1])};
  }

  std::strong_ordering operator<=>(const IpAddress& other) const {
    const Words mine = words();
    const Words theirs = other.words();
    return mine.first != theirs.first ? mine.first <=> theirs.first : mine.second <=> theirs.second;
  }
  bool operator==(const IpAddress& other) const { return words() == other.words(); }

 private:
  static constexpr IpAddress mapped_prefix() {
    IpAddress address;
    address.bytes_[10] = address.bytes_[11] = 0xff;
    return address;
  }
  std::array<std::uint8_t, 16> bytes_{};
};

struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};

  static MacAddress of(std::span<const std::uint8_t, 6> bytes) {
    MacAddress mac;
    mac.read(bytes);
    return mac;
  }
  void read(std::span<const std::uint8_t, 6> from) { std::memcpy(bytes.data(), from.data(), 6); }
  bool is_group() const { return (bytes[0] & 1U) != 0; }
  auto operator<=>(const MacAddress&) const = default;
};

/// Dotted quad, or RFC 5952 (lower case, longest zero run compressed).
std::string to_string(const IpAddress& address);
std::string to_string(const MacAddress& mac);

/// "10.0.0.1:443" or "[fd00::1]:443"; the address alone when the port is 0.
std::string endpoint_text(const IpAddress& address, std::uint16_t port);

}  // namespace whydrop
