// Ethernet II and IEEE 802.3 frames (RFC 894, RFC 1042); and at once what most of them carry: IPv4 without options,
// TCP.
//
// Layer by layer each of the three checks anew what it may read, and answers who comes next. One check for all of
// their fixed parts and a few comparisons do the same in a third of the instructions. Whatever is unusual (tags,
// options of IP, fragments, lengths that do not fit, headers that were cut) goes the way through the table. The fields
// are read by the layers' own functions, and a test holds both ways to the same view.
#include <algorithm>
#include <cstdint>

#include "dissectors/link/ether_type.h"
#include "dissectors/net/ipv4.h"
#include "dissectors/registry.h"
#include "dissectors/transport/tcp.h"

namespace whydrop {
namespace {

constexpr std::size_t kHeaderLen = 14;
constexpr std::size_t kIpAt = kHeaderLen;
constexpr std::size_t kTcpAt = kIpAt + kIpv4HeaderLen;
constexpr std::size_t kUsual = kTcpAt + kTcpHeaderLen;

bool is_usual(const Header<kUsual>& header) {
  constexpr std::uint16_t kIpv4 = 0x0800;
  constexpr std::uint8_t kNoOptions = 0x45;
  constexpr std::uint16_t kFragment = 0x3fff;  // offset and "more fragments"
  constexpr std::uint8_t kTcp = 6;
  return header.be16<kIpAt - 2>() == kIpv4 && header.u8<kIpAt>() == kNoOptions && header.u8<kIpAt + 9>() == kTcp &&
         (header.be16<kIpAt + 6>() & kFragment) == 0;
}

/// Reads IPv4 and TCP of the frame that begins at `in`. False, and nothing written, where they are not the usual ones.
bool read_usual(const ByteReader& in, PacketView& view) {
  const Header<kUsual> header = in.look<kUsual>();
  if (!header || !is_usual(header)) return false;
  const std::size_t segment_len = std::size_t{header.be16<kIpAt + 2>()} - kIpv4HeaderLen;
  const std::size_t header_len = tcp_header_len<kTcpAt>(header);
  const bool fits = header_len >= kTcpHeaderLen && header_len <= segment_len && segment_len <= in.claimed() - kTcpAt &&
                    header_len <= in.captured() - kTcpAt;
  if (!fits || view.in_quote() || view.layer_count + 2U > PacketView::kMaxLayers) return false;

  PacketFacts& facts = view.packet;
  const auto segment = in.rest().subspan(kTcpAt);
  view.mark(static_cast<std::uint8_t>(DissectorId::ipv4), in.offset() + kIpAt);
  view.mark(static_cast<std::uint8_t>(DissectorId::tcp), in.offset() + kTcpAt);
  facts.has_ip = true;
  read_ipv4_header<kIpAt>(header, facts.ip);
  read_tcp_header<kTcpAt>(header, facts);
  read_tcp_options(segment.first(header_len).subspan(kTcpHeaderLen), facts.tcp);
  facts.payload_offset = static_cast<std::uint32_t>(in.offset() + kTcpAt + header_len);
  facts.payload_captured = static_cast<std::uint32_t>(std::min(segment.size(), segment_len) - header_len);
  facts.payload_len = static_cast<std::uint32_t>(segment_len - header_len);
  if (facts.payload_len == 0) facts.tcp.bad_checksum = is_tcp_checksum_wrong(facts.ip, segment.first(segment_len));
  return true;
}

}  // namespace

Step dissect_ethernet(ByteReader& in, PacketView& view) {
  const auto header = in.peek<kHeaderLen>();
  if (!header) return in.shortage();
  view.has_macs = true;
  view.dst_mac.read(header.bytes<0, 6>());
  view.src_mac.read(header.bytes<6, 6>());
  if (read_usual(in, view)) return Step::done();
  in.skip(kHeaderLen);
  return ethernet_payload(in, header.be16<12>());
}

}  // namespace whydrop
