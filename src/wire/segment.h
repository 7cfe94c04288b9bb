// What the headers of a usual TCP segment say, and no more: a few words, where a PacketView is a hundred.
//
// Nearly all packets are segments of open connections that bring what both ends expect. For those nothing else is
// looked at, so nothing else is read (DissectorTable::read_segment); all others are dissected.
#pragma once

#include <cstdint>

#include "src/core/address.h"
#include "src/core/tcp_seq.h"

namespace whydrop {

struct Ends {
  IpAddress::Words src;  ///< not addresses: who wants to know no more than words would wait for them to be put together
  IpAddress::Words dst;
  std::uint16_t src_port = 0;
  std::uint16_t dst_port = 0;
};

/// Without SACK blocks and signatures: who reads a segment that has some, dissects it.
struct SegmentFacts {
  TcpSeq seq;
  TcpSeq ack;
  std::uint32_t payload_len = 0;
  std::uint32_t timestamp_value = 0;  ///< 0: no such option
  std::uint16_t window = 0;           ///< unscaled
  std::uint16_t ip_id = 0;            ///< of IPv6: 0
  std::uint8_t flags = 0;             ///< tcp_flag
  std::uint8_t ttl = 0;
  bool dont_fragment = false;
  bool bad_checksum = false;  ///< as in TcpFacts
};

struct Segment {
  Ends ends;
  SegmentFacts facts;
};

}  // namespace whydrop
