// ASN.1 in BER (ITU-T X.690): tag and definite length, as far as SNMP, Kerberos and LDAP need it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "src/wire/byte_reader.h"

namespace whydrop {

namespace ber {
constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kOctetString = 0x04;
constexpr std::uint8_t kEnumerated = 0x0a;
constexpr std::uint8_t kSequence = 0x30;
}  // namespace ber

struct BerHeader {
  std::uint8_t tag = 0;  ///< one-byte tags only: none of these protocols begins with others
  std::size_t length = 0;
};

/// Tag and length of the next element; none where the bytes end, or where the length is indefinite or above 4 GB.
inline std::optional<BerHeader> take_ber(ByteReader& in) {
  constexpr std::uint8_t kLong = 0x80;
  constexpr std::size_t kMaxLengthBytes = 4;
  const auto start = in.take<2>();
  if (!start) return std::nullopt;
  if (start.u8<1>() < kLong) return BerHeader{.tag = start.u8<0>(), .length = start.u8<1>()};
  const std::size_t count = start.u8<1>() - std::size_t{kLong};
  if (count == 0 || count > kMaxLengthBytes) return std::nullopt;
  const auto bytes = in.take_bytes(count);
  if (!bytes) return std::nullopt;
  std::size_t length = 0;
  for (const std::uint8_t byte : *bytes) length = length << 8U | byte;
  return BerHeader{.tag = start.u8<0>(), .length = length};
}

/// Moves into the next element, or over it, when it has this tag.
inline bool enter_ber(ByteReader& in, std::uint8_t tag) {
  const auto header = take_ber(in);
  return header && header->tag == tag;
}
inline bool skip_ber(ByteReader& in, std::uint8_t tag) {
  const auto header = take_ber(in);
  return header && header->tag == tag && in.skip(header->length);
}

/// The next element's value when it is a number of this tag in at most four bytes (five with the sign's zero).
inline std::optional<std::uint32_t> take_ber_number(ByteReader& in, std::uint8_t tag = ber::kInteger) {
  constexpr std::size_t kMaxBytes = 5;
  const auto header = take_ber(in);
  if (!header || header->tag != tag || header->length == 0 || header->length > kMaxBytes) return std::nullopt;
  const auto bytes = in.take_bytes(header->length);
  if (!bytes) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::uint8_t byte : *bytes) value = value << 8U | byte;
  return value;
}

}  // namespace whydrop
