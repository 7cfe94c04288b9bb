// Parts of TCP that are read in two places.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "src/wire/byte_reader.h"
#include "src/wire/packet_view.h"

namespace whydrop {

constexpr std::size_t kTcpHeaderLen = 20;

inline std::uint16_t tcp_source_port(const Header<kTcpHeaderLen>& header) { return header.be16<0>(); }
inline std::uint16_t tcp_destination_port(const Header<kTcpHeaderLen>& header) { return header.be16<2>(); }
inline std::size_t tcp_header_len(const Header<kTcpHeaderLen>& header) {
  return (header.u8<12>() >> 4U) * std::size_t{4};
}

/// The fixed part of the header; no options yet.
inline void read_tcp_header(const Header<kTcpHeaderLen>& header, PacketFacts& facts) {
  facts.transport = Transport::tcp;
  facts.has_ports = true;
  facts.src_port = tcp_source_port(header);
  facts.dst_port = tcp_destination_port(header);
  TcpFacts& tcp = facts.tcp;
  tcp.seq = TcpSeq{header.be32<4>()};
  tcp.ack = TcpSeq{header.be32<8>()};
  tcp.header_len = static_cast<std::uint8_t>(tcp_header_len(header));
  tcp.flags = header.u8<13>();
  tcp.window = header.be16<14>();
  tcp.mss = 0;
  tcp.window_scale = TcpFacts::kNoWindowScale;
  tcp.sack_permitted = tcp.has_timestamp = tcp.bad_checksum = tcp.signed_segment = false;
  tcp.sack_count = 0;
}

inline void read_tcp_timestamps(const Header<8>& body, TcpFacts& tcp) {
  tcp.has_timestamp = true;
  tcp.timestamp_value = body.be32<0>();
  tcp.timestamp_echo = body.be32<4>();
}

/// Any list of options, as far as it was captured.
void read_listed_tcp_options(std::span<const std::uint8_t> options, TcpFacts& tcp);

/// Most segments of today's connections carry timestamps alone, which begin like this (RFC 7323, appendix A).
constexpr std::uint32_t kPaddedTimestamps = 0x0101080a;

inline void read_tcp_options(std::span<const std::uint8_t> options, TcpFacts& tcp) {
  if (options.empty()) return;
  const ByteReader in(options, options.size());
  const Header<12> usual = in.look<12>();
  if (options.size() == 12 && usual.be32<0>() == kPaddedTimestamps) read_tcp_timestamps(usual.part<4, 8>(), tcp);
  else read_listed_tcp_options(options, tcp);
}

/// `segment`: the whole, header and payload.
bool is_tcp_checksum_wrong(const IpFacts& ip, std::span<const std::uint8_t> segment);

}  // namespace whydrop
