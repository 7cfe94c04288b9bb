// Netlink attributes (RFC 3549; linux/netlink.h): length, type, value, padded to four bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dissectors/link/host_order.h"
#include "src/wire/byte_reader.h"
#include "src/wire/stop.h"

namespace whydrop {

/// Ends `in` around the value of the first attribute of type `wanted`; calls `note(type, value)` for those before it.
/// Without such an attribute `in` is left at its end.
template <class Note>
StopReason find_attribute(ByteReader& in, HostOrder order, unsigned wanted, Note note) {
  constexpr std::size_t kHeaderLen = 4;
  constexpr std::size_t kAlignment = 4;
  constexpr unsigned kTypeBits = 0x3fff;  // the rest: nested, in network order
  while (in.claimed() != 0) {
    const auto header = in.take<kHeaderLen>();
    if (!header) return in.shortage();
    const std::size_t length = order.u16<0>(header);
    if (length < kHeaderLen) return StopReason::bad_length;
    const std::size_t value_len = length - kHeaderLen;
    const unsigned type = order.u16<2>(header) & kTypeBits;
    if (type == wanted) return in.limit(value_len) ? StopReason::none : in.shortage();
    const auto value = in.take_bytes(value_len);
    if (!value) return in.shortage();
    note(type, *value);
    const std::size_t padding = (kAlignment - value_len % kAlignment) % kAlignment;
    if (!in.skip(std::min(padding, in.claimed()))) return in.shortage();
  }
  return StopReason::none;
}

}  // namespace whydrop
