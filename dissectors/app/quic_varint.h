// QUIC's integers of variable length (RFC 9000, 16).
#pragma once

#include <cstdint>
#include <optional>

#include "src/wire/byte_reader.h"

namespace whydrop {

/// The two high bits of the first byte say how many bytes there are: 1, 2, 4 or 8.
inline std::optional<std::uint64_t> take_varint(ByteReader& in) {
  const auto first = in.peek<1>();
  if (!first) return std::nullopt;
  const auto bytes = in.take_bytes(std::size_t{1} << (first.u8<0>() >> 6U));
  if (!bytes) return std::nullopt;
  std::uint64_t value = first.u8<0>() & 0x3fU;
  for (const std::uint8_t byte : bytes->subspan(1)) value = value << 8U | byte;
  return value;
}

}  // namespace whydrop
