// Netlink (RFC 3549; linux/netlink.h): messages and attributes as values, and one dump of one table of the kernel.
//
// Everything is in host order. Lengths are believed only as far as the bytes go: what was cut or lies ends the walk.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

#include "src/core/address.h"

namespace whydrop {

using NetlinkBytes = std::span<const std::uint8_t>;

struct NetlinkMessage {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  NetlinkBytes body;
};

/// The first message of `bytes`, which is taken off their front.
std::optional<NetlinkMessage> take_message(NetlinkBytes& bytes);

struct NetlinkAttribute {
  std::uint16_t type = 0;  ///< without its flags
  NetlinkBytes value;
};

std::optional<NetlinkAttribute> take_attribute(NetlinkBytes& bytes);

/// A structure of the kernel at the front of `bytes`, which is taken off them; nothing where they are too few.
template <typename T>
  requires std::is_trivially_copyable_v<T>
std::optional<T> take_struct(NetlinkBytes& bytes) {
  constexpr std::size_t kAligned = (sizeof(T) + 3) / 4 * 4;
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  bytes = bytes.subspan(bytes.size() < kAligned ? bytes.size() : kAligned);
  return value;
}

/// The value of an attribute; 0 where it is shorter than that.
template <std::unsigned_integral T>
T number_in(NetlinkBytes value) {
  return take_struct<T>(value).value_or(0);
}
/// Up to the first zero byte.
std::string text_in(NetlinkBytes value);
/// Four or sixteen bytes; nothing with any other length.
std::optional<IpAddress> address_in(NetlinkBytes value);

struct NetlinkRequest {
  int protocol = 0;  ///< NETLINK_ROUTE, NETLINK_SOCK_DIAG
  std::uint16_t type = 0;
  NetlinkBytes body;
};
template <typename T>
  requires std::is_trivially_copyable_v<T>
NetlinkBytes bytes_of(const T& value) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the kernel takes its structures as bytes
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof(T)};
}

/// Hands each message of a dump to `take`, until that is false: then the rest is not asked for. Returns what went
/// wrong, or nothing.
std::string dump(const NetlinkRequest& request, const std::function<bool(const NetlinkMessage&)>& take);

/// What a reader says when its list is full.
std::string too_many();

}  // namespace whydrop
