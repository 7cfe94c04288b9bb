// TCP (RFC 9293) with the options that tell why a connection fails: MSS, window scale and timestamps (RFC 7323),
// SACK (RFC 2018), and the signatures MD5 (RFC 2385) and TCP-AO (RFC 5925).
#include "dissectors/transport/tcp.h"

#include <algorithm>

#include "dissectors/registry.h"
#include "src/wire/checksum.h"

namespace whydrop {
namespace {

void read_sack_blocks(ByteReader blocks, TcpFacts& tcp) {
  while (tcp.sack_count < TcpFacts::kMaxSackBlocks) {
    const auto block = blocks.take<8>();
    if (!block) return;
    tcp.sack[tcp.sack_count++] = {.left = TcpSeq{block.be32<0>()}, .right = TcpSeq{block.be32<4>()}};
  }
}

/// At what follows kind and length; an option of a length that its RFC does not give it is passed over.
void read_option(unsigned kind, std::size_t length, ByteReader& in, TcpFacts& tcp) {
  constexpr std::uint8_t kMaxWindowScale = 14;
  switch (kind) {
    case 2:
      if (const auto mss = in.peek<2>(); mss && length == 2) tcp.mss = mss.be16<0>();
      break;
    case 3:
      if (const auto shift = in.peek<1>(); shift && length == 1) {
        tcp.window_scale = std::min(shift.u8<0>(), kMaxWindowScale);
      }
      break;
    case 4: tcp.sack_permitted = true; break;
    case 5: read_sack_blocks(ByteReader(in.rest(length), length), tcp); break;
    case 8:
      if (const auto body = in.peek<8>(); body && length == 8) read_tcp_timestamps(body, tcp);
      break;
    case 19:
    case 29: tcp.signed_segment = true; break;
    default: break;
  }
}

/// Only behind a bare IP header: source routes and mobility options replace an address that the checksum covers.
bool has_bare_header(const IpFacts& ip, std::size_t segment_len) {
  return ip.total_len - segment_len == (ip.version == 4 ? 20U : 40U);
}

}  // namespace

// A list that contradicts itself ends at the contradiction, as in every receiver; the options before it count.
void read_listed_tcp_options(std::span<const std::uint8_t> options, TcpFacts& tcp) {
  constexpr unsigned kEnd = 0;
  constexpr unsigned kPadding = 1;
  ByteReader in(options, options.size());
  while (const auto kind = in.take<1>()) {
    if (kind.u8<0>() == kEnd) return;
    if (kind.u8<0>() == kPadding) continue;
    const auto length = in.take<1>();
    if (!length || length.u8<0>() < 2) return;
    const std::size_t body_len = length.u8<0>() - std::size_t{2};
    if (body_len > in.captured()) return;
    read_option(kind.u8<0>(), body_len, in, tcp);
    in.skip(body_len);
  }
}

bool is_tcp_checksum_wrong(const IpFacts& ip, std::span<const std::uint8_t> segment) {
  const std::size_t unused = ip.version == 4 ? 12 : 0;
  InternetChecksum sum;
  sum.add(std::span(ip.src.bytes()).subspan(unused));
  sum.add(std::span(ip.dst.bytes()).subspan(unused));
  sum.add(ip.protocol);
  sum.add(static_cast<std::uint16_t>(segment.size()));
  sum.add(segment);
  return sum.value() != 0;
}

Step dissect_tcp(ByteReader& in, PacketView& view) {
  // A quote that the capture cut behind the ports still names its flow.
  const auto ports = in.peek<4>();
  if (!ports) return in.shortage();
  PacketFacts& facts = view.facts();
  TcpFacts& tcp = facts.tcp;
  facts.transport = Transport::tcp;
  facts.has_ports = true;
  facts.src_port = ports.be16<0>();
  facts.dst_port = ports.be16<2>();
  const auto start = in.peek<8>();
  tcp.seq = TcpSeq{start ? start.be32<4>() : 0};
  tcp.header_len = 0;

  const std::span<const std::uint8_t> segment = in.rest();
  const std::size_t segment_len = in.claimed();
  const auto header = in.take<kTcpHeaderLen>();
  if (!header) return in.shortage();
  const std::size_t header_len = tcp_header_len(header);
  if (header_len < kTcpHeaderLen) return StopReason::bad_length;
  const std::size_t options_len = header_len - kTcpHeaderLen;
  const auto options = in.rest(options_len);
  const bool whole = in.skip(options_len);
  if (!whole && in.shortage() == StopReason::bad_length) return in.shortage();

  read_tcp_header(header, facts);
  read_tcp_options(options, tcp);
  if (!whole) {
    facts.set_cut_payload(in, options_len);  // how much was sent is known all the same
    return in.shortage();
  }
  facts.set_payload(in);
  if (in.claimed() == 0 && !view.in_quote() && !facts.ip.is_fragment() && has_bare_header(facts.ip, segment_len))
    tcp.bad_checksum = is_tcp_checksum_wrong(facts.ip, segment);
  return Step::done();
}

}  // namespace whydrop
