// Ethernet II and IEEE 802.3 frames (RFC 894, RFC 1042); and at once what most of them carry: IP without options, TCP.
//
// Layer by layer each of the three checks anew what it may read, and answers who comes next. One check for all of
// their fixed parts and a few comparisons do the same in a third of the instructions. Whatever is unusual (tags,
// options of IP, fragments, lengths that do not fit, headers that were cut) goes the way through the table. The fields
// are read by the layers' own functions, and a test holds both ways to the same view.
#include "dissectors/link/ethernet.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "dissectors/link/ether_type.h"
#include "dissectors/net/ipv4.h"
#include "dissectors/net/ipv6.h"
#include "dissectors/registry.h"
#include "dissectors/transport/tcp.h"
#include "src/wire/checksum.h"

namespace whydrop {
namespace {

constexpr std::size_t kHeaderLen = 14;
constexpr std::uint8_t kTcp = 6;

/// An IP header as it usually is.
struct UsualIpv4 {
  static constexpr DissectorId kId = DissectorId::ipv4;
  static constexpr std::uint16_t kEtherType = 0x0800;
  using Bytes = Header<kIpv4HeaderLen>;

  static bool is_it(const Bytes& header) {
    constexpr std::uint8_t kNoOptions = 0x45;
    constexpr std::uint16_t kFragment = 0x3fff;  // offset and "more fragments"
    return header.u8<0>() == kNoOptions && header.u8<9>() == kTcp && (header.be16<6>() & kFragment) == 0;
  }
  static std::size_t total_len(const Bytes& header) { return header.be16<2>(); }
  static IpAddress::Words source(const Bytes& header) { return IpAddress::v4_words(header.be32<12>()); }
  static IpAddress::Words destination(const Bytes& header) { return IpAddress::v4_words(header.be32<16>()); }
  static Header<8> addresses(const Bytes& header) { return header.part<12, 8>(); }
  static std::uint8_t ttl(const Bytes& header) { return header.u8<8>(); }
  static std::uint16_t id(const Bytes& header) { return header.be16<4>(); }
  static bool dont_fragment(const Bytes& header) { return (header.u8<6>() & 0x40U) != 0; }
};

struct UsualIpv6 {
  static constexpr DissectorId kId = DissectorId::ipv6;
  static constexpr std::uint16_t kEtherType = 0x86dd;
  using Bytes = Header<kIpv6HeaderLen>;

  static bool is_it(const Bytes& header) { return header.u8<0>() >> 4U == 6 && header.u8<6>() == kTcp; }
  static std::size_t total_len(const Bytes& header) { return std::size_t{header.be16<4>()} + kIpv6HeaderLen; }
  static IpAddress::Words source(const Bytes& header) { return {header.be64<8>(), header.be64<16>()}; }
  static IpAddress::Words destination(const Bytes& header) { return {header.be64<24>(), header.be64<32>()}; }
  static Header<32> addresses(const Bytes& header) { return header.part<8, 32>(); }
  static std::uint8_t ttl(const Bytes& header) { return header.u8<7>(); }
  static std::uint16_t id(const Bytes&) { return 0; }
  static bool dont_fragment(const Bytes&) { return true; }
};

template <class Ip>
struct UsualHeaders {
  typename Ip::Bytes ip;
  Header<kTcpHeaderLen> tcp;
  std::size_t total_len = 0;   ///< of the IP packet
  std::size_t header_len = 0;  ///< of TCP

  explicit operator bool() const { return static_cast<bool>(ip); }
};

/// Of the frame that begins at `in`; none where they are not the usual ones. TCP's options may be cut. Inlined, or it
/// would write down for the caller to read what both have in registers.
template <class Ip>
[[gnu::always_inline]] inline UsualHeaders<Ip> usual_headers(const ByteReader& in) {
  constexpr std::size_t kIpLen = Ip::Bytes::kSize;
  const auto headers = in.look<kHeaderLen + kIpLen + kTcpHeaderLen>();
  if (!headers) return {};
  const auto ip = headers.template part<kHeaderLen, kIpLen>();
  const auto tcp = headers.template part<kHeaderLen + kIpLen, kTcpHeaderLen>();
  if (!Ip::is_it(ip)) return {};
  const std::size_t total_len = Ip::total_len(ip);
  const std::size_t header_len = tcp_header_len(tcp);
  const std::size_t headers_len = kIpLen + header_len;
  const bool fits = header_len >= kTcpHeaderLen && headers_len <= total_len && total_len <= in.claimed() - kHeaderLen;
  if (!fits) return {};
  return {.ip = ip, .tcp = tcp, .total_len = total_len, .header_len = header_len};
}

/// Reads IP and TCP of the frame that begins at `in`. False, and nothing written, where they are not the usual ones.
template <class Ip>
bool read_usual(const ByteReader& in, PacketView& view) {
  constexpr std::size_t kIpLen = Ip::Bytes::kSize;
  constexpr std::size_t kTcpAt = kHeaderLen + kIpLen;
  if (view.in_quote() || view.layer_count + 2U > PacketView::kMaxLayers) return false;
  const auto headers = usual_headers<Ip>(in);
  if (!headers) return false;
  const auto& [ip, tcp, total_len, header_len] = headers;
  if (kTcpAt + header_len > in.captured()) return false;

  PacketFacts& facts = view.packet;
  const std::size_t segment_len = total_len - kIpLen;
  const auto segment = in.rest().subspan(kTcpAt);
  view.mark(static_cast<std::uint8_t>(Ip::kId), in.offset() + kHeaderLen);
  view.mark(static_cast<std::uint8_t>(DissectorId::tcp), in.offset() + kTcpAt);
  facts.has_ip = true;
  read_ip_header(ip, facts.ip);
  facts.ip.total_len = static_cast<std::uint32_t>(total_len);
  read_tcp_header(tcp, facts);
  read_tcp_options(segment.first(header_len).subspan(kTcpHeaderLen), facts.tcp);
  facts.payload_offset = static_cast<std::uint32_t>(in.offset() + kTcpAt + header_len);
  facts.payload_captured = static_cast<std::uint32_t>(std::min(segment.size(), segment_len) - header_len);
  facts.payload_len = static_cast<std::uint32_t>(segment_len - header_len);
  if (facts.payload_len == 0) facts.tcp.bad_checksum = is_tcp_checksum_wrong(facts.ip, segment.first(segment_len));
  return true;
}

bool read_usual(std::uint16_t ether_type, const ByteReader& in, PacketView& view) {
  if (ether_type == UsualIpv4::kEtherType) return read_usual<UsualIpv4>(in, view);
  return ether_type == UsualIpv6::kEtherType && read_usual<UsualIpv6>(in, view);
}

template <class Ip>
[[gnu::always_inline]] inline void read_ends(const UsualHeaders<Ip>& headers, Ends& ends) {
  ends.src = Ip::source(headers.ip);
  ends.dst = Ip::destination(headers.ip);
  ends.src_port = tcp_source_port(headers.tcp);
  ends.dst_port = tcp_destination_port(headers.tcp);
}

template <class Ip>
std::optional<Ends> usual_ends(const ByteReader& in) {
  const auto headers = usual_headers<Ip>(in);
  if (!headers) return std::nullopt;
  Ends ends;
  read_ends(headers, ends);
  return ends;
}

/// Of a segment without payload that is its header, of so many bytes.
template <std::size_t HeaderLen, std::size_t AddressLen>
bool is_bare_checksum_wrong(const Header<AddressLen>& addresses, const Header<HeaderLen>& segment) {
  InternetChecksum sum;
  sum.add(addresses);
  sum.add(std::uint16_t{kTcp});
  sum.add(std::uint16_t{HeaderLen});
  sum.add(segment);
  return sum.value() != 0;
}

/// The segment has a header of so many bytes: none behind its fixed part, or timestamps.
template <std::size_t HeaderLen, class Ip>
bool read_segment(const ByteReader& in, const UsualHeaders<Ip>& headers, SegmentFacts& facts) {
  constexpr std::size_t kTcpAt = kHeaderLen + Ip::Bytes::kSize;
  const auto frame = in.look<kTcpAt + HeaderLen>();
  if (!frame) return false;
  const auto tcp = frame.template part<kTcpAt, HeaderLen>();
  facts.timestamp_value = 0;
  if constexpr (HeaderLen != kTcpHeaderLen) {
    if (tcp.template be32<kTcpHeaderLen>() != kPaddedTimestamps) return false;
    facts.timestamp_value = tcp.template be32<kTcpHeaderLen + 4>();
  }
  facts.payload_len = static_cast<std::uint32_t>(headers.total_len - Ip::Bytes::kSize - HeaderLen);
  facts.bad_checksum = facts.payload_len == 0 && is_bare_checksum_wrong(Ip::addresses(headers.ip), tcp);
  return true;
}

template <class Ip>
bool read_segment(const ByteReader& in, Segment& segment) {
  constexpr std::size_t kTimestamps = 12;
  const auto headers = usual_headers<Ip>(in);
  if (!headers) return false;
  read_ends(headers, segment.ends);
  SegmentFacts& facts = segment.facts;
  facts.seq = TcpSeq{headers.tcp.template be32<4>()};
  facts.ack = TcpSeq{headers.tcp.template be32<8>()};
  facts.flags = headers.tcp.template u8<13>();
  facts.window = headers.tcp.template be16<14>();
  facts.ip_id = Ip::id(headers.ip);
  facts.ttl = Ip::ttl(headers.ip);
  facts.dont_fragment = Ip::dont_fragment(headers.ip);
  if (headers.header_len == kTcpHeaderLen) return read_segment<kTcpHeaderLen>(in, headers, facts);
  return headers.header_len == kTcpHeaderLen + kTimestamps &&
         read_segment<kTcpHeaderLen + kTimestamps>(in, headers, facts);
}

}  // namespace

Step dissect_ethernet(ByteReader& in, PacketView& view) {
  const auto header = in.peek<kHeaderLen>();
  if (!header) return in.shortage();
  view.has_macs = true;
  view.dst_mac.read(header.bytes<0, 6>());
  view.src_mac.read(header.bytes<6, 6>());
  const std::uint16_t ether_type = header.be16<12>();
  if (read_usual(ether_type, in, view)) return Step::done();
  in.skip(kHeaderLen);
  return ethernet_payload(in, ether_type);
}

std::optional<Ends> usual_ends(const Frame& frame) {
  constexpr LinkType kEthernet{1};
  if (frame.link_type != kEthernet) return std::nullopt;
  const ByteReader in(frame.bytes, frame.wire_len);
  const auto header = in.look<kHeaderLen>();
  if (!header) return std::nullopt;
  const std::uint16_t ether_type = header.be16<12>();
  if (ether_type == UsualIpv4::kEtherType) return usual_ends<UsualIpv4>(in);
  return ether_type == UsualIpv6::kEtherType ? usual_ends<UsualIpv6>(in) : std::nullopt;
}

bool read_ethernet_segment(const Frame& frame, Segment& segment) {
  const ByteReader in(frame.bytes, frame.wire_len);
  const auto header = in.look<kHeaderLen>();
  if (!header) return false;
  const std::uint16_t ether_type = header.be16<12>();
  if (ether_type == UsualIpv4::kEtherType) return read_segment<UsualIpv4>(in, segment);
  return ether_type == UsualIpv6::kEtherType && read_segment<UsualIpv6>(in, segment);
}

}  // namespace whydrop
