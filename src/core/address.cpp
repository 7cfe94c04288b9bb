// Address classes and their written forms.
#include "src/core/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

namespace whydrop {
namespace {

constexpr bool is_zero(std::uint8_t byte) { return byte == 0; }

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;  // inet_pton would stop there and accept
  const std::string terminated(text);
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return v4(std::span(bytes).first<4>());
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return v6(bytes);
  return std::nullopt;
}

bool IpAddress::is_unspecified() const { return std::ranges::all_of(family_bytes(), is_zero); }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[12] == 127;
  return bytes_[15] == 1 && std::ranges::all_of(std::span(bytes_).first<15>(), is_zero);
}

bool IpAddress::is_multicast() const { return is_v4() ? (bytes_[12] & 0xf0U) == 0xe0 : bytes_[0] == 0xff; }

bool IpAddress::is_broadcast() const {
  return is_v4() && std::ranges::all_of(family_bytes(), [](std::uint8_t byte) { return byte == 0xff; });
}

bool IpAddress::is_link_local() const {
  return is_v4() ? bytes_[12] == 169 && bytes_[13] == 254 : bytes_[0] == 0xfe && (bytes_[1] & 0xc0U) == 0x80;
}

bool IpAddress::is_private() const {
  if (!is_v4()) return (bytes_[0] & 0xfeU) == 0xfc;
  const std::uint8_t a = bytes_[12];
  const std::uint8_t b = bytes_[13];
  return a == 10 || (a == 172 && (b & 0xf0U) == 16) || (a == 192 && b == 168) || (a == 100 && (b & 0xc0U) == 64);
}

std::string to_string(const IpAddress& address) {
  if (!address.is_v4()) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return inet_ntop(AF_INET6, address.family_bytes().data(), text.data(), text.size());
  }
  std::string text;  // inet_ntop would use sprintf, which is felt where findings are many
  for (const std::uint8_t byte : address.family_bytes()) {
    if (!text.empty()) text += '.';
    const fmt::format_int digits(byte);
    text.append(digits.data(), digits.size());
  }
  return text;
}

std::string to_string(const MacAddress& mac) { return fmt::format("{:02x}", fmt::join(mac.bytes, ":")); }

std::string endpoint_text(const IpAddress& address, std::uint16_t port) {
  if (port == 0) return to_string(address);
  return address.is_v4() ? fmt::format("{}:{}", to_string(address), port)
                         : fmt::format("[{}]:{}", to_string(address), port);
}

}  // namespace whydrop
