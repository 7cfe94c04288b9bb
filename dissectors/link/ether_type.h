// The two bytes before an Ethernet payload: an EtherType or, below 0x0600, a length (IEEE 802.3, 3.2.6).
#pragma once

#include <cstdint>

#include "src/wire/dissector.h"

namespace whydrop {

/// What follows `type_or_length`, which was read last from `in`.
inline Step ethernet_payload(ByteReader& in, std::uint16_t type_or_length) {
  constexpr std::uint16_t kFirstEtherType = 0x0600;
  constexpr std::uint16_t kLlc = 0x0004;  // no EtherType: Linux's ETH_P_802_2, which SLL puts in the same place
  if (type_or_length >= kFirstEtherType) return Claim{Space::ether_type, type_or_length};
  if (!in.limit(type_or_length)) return in.shortage();
  return Claim{Space::ether_type, kLlc};
}

}  // namespace whydrop
