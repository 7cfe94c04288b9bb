// What dissection found in one packet: facts, no bytes. Fixed size, no heap, reused for every packet.
//
// The facts of the innermost packet are `view.packet`; an ICMP error also fills `view.quoted` with the packet that it
// quotes. A struct below is valid only where its `has_` flag (or `transport`) says so; nothing else is cleared between
// packets, since clearing 500 bytes for each costs more than reading the headers.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "src/core/address.h"
#include "src/core/tcp_seq.h"
#include "src/wire/byte_reader.h"
#include "src/wire/frame.h"
#include "src/wire/stop.h"

namespace whydrop {

/// Set once the transport's own header has been read. `other`: IP carries a protocol that nobody here reads (ESP …).
enum class Transport : std::uint8_t { none, tcp, udp, icmp, icmp6, arp, nd, udp_lite, sctp, dccp, esp, other };

/// "tcp", "udp", "icmp", "icmp6", "arp", "nd", "udplite", "sctp", "dccp", "esp", as JSON prints them.
constexpr std::string_view name(Transport transport) {
  switch (transport) {
    case Transport::none: return "none";
    case Transport::tcp: return "tcp";
    case Transport::udp: return "udp";
    case Transport::icmp: return "icmp";
    case Transport::icmp6: return "icmp6";
    case Transport::arp: return "arp";
    case Transport::nd: return "nd";
    case Transport::udp_lite: return "udplite";
    case Transport::sctp: return "sctp";
    case Transport::dccp: return "dccp";
    case Transport::esp: return "esp";
    case Transport::other: return "other";
  }
  return "";
}

constexpr bool has_ports(Transport transport) {
  switch (transport) {
    case Transport::tcp:
    case Transport::udp:
    case Transport::udp_lite:
    case Transport::sctp:
    case Transport::dccp: return true;
    default: return false;
  }
}

struct IpFacts {
  IpAddress src;
  IpAddress dst;
  std::uint8_t version = 0;           ///< 4 or 6
  std::uint8_t ttl = 0;               ///< or hop limit
  std::uint8_t protocol = 0;          ///< the upper layer's, after extension headers
  std::uint8_t tos = 0;               ///< or traffic class
  std::uint16_t id = 0;               ///< IPv4 identification; for IPv6 the fragment header's low 16 bits
  std::uint16_t fragment_offset = 0;  ///< in bytes
  bool dont_fragment = false;         ///< always true for IPv6
  bool more_fragments = false;
  std::uint32_t fragment_len = 0;  ///< is_fragment(): bytes of the datagram's payload in this packet
  std::uint32_t total_len = 0;     ///< header and payload, from the header (or the frame, where offload left it 0)

  bool is_fragment() const { return more_fragments || fragment_offset != 0; }
};

// NOLINTBEGIN(readability-identifier-naming): bits, used like enumerators
namespace tcp_flag {
constexpr std::uint8_t fin = 0x01;
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t rst = 0x04;
constexpr std::uint8_t psh = 0x08;
constexpr std::uint8_t ack = 0x10;
constexpr std::uint8_t urg = 0x20;
}  // namespace tcp_flag
// NOLINTEND(readability-identifier-naming)

struct SackBlock {
  TcpSeq left;
  TcpSeq right;
};

struct TcpFacts {
  static constexpr std::size_t kMaxSackBlocks = 4;

  TcpSeq seq;
  TcpSeq ack;
  std::uint8_t flags = 0;       ///< low eight bits, tcp_flag
  std::uint8_t header_len = 0;  ///< with options; 0 when the capture holds only ports and sequence number
  std::uint16_t window = 0;     ///< unscaled
  std::uint16_t mss = 0;        ///< 0: no such option
  std::uint8_t window_scale = kNoWindowScale;
  bool sack_permitted = false;
  bool has_timestamp = false;
  bool bad_checksum = false;    ///< verified only without payload: there it costs nothing and tells offload
  bool signed_segment = false;  ///< MD5 (RFC 2385) or TCP-AO (RFC 5925) option
  std::uint8_t sack_count = 0;
  std::uint32_t timestamp_value = 0;
  std::uint32_t timestamp_echo = 0;
  std::array<SackBlock, kMaxSackBlocks> sack{};

  static constexpr std::uint8_t kNoWindowScale = 0xff;

  bool has(std::uint8_t wanted) const { return (flags & wanted) == wanted; }
  bool has_any(std::uint8_t wanted) const { return (flags & wanted) != 0; }
};

struct IcmpFacts {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint16_t echo_id = 0;
  std::uint16_t echo_seq = 0;
  std::uint32_t mtu = 0;  ///< of frag-needed / packet-too-big; 0: not given
};

/// ARP (RFC 826) and neighbour discovery (RFC 4861) say the same things. In a question `sender` asks for `target`; in
/// an answer `sender` is the address that was asked for and `target` the asker, as ARP has it.
struct NeighborFacts {
  enum class Kind : std::uint8_t { question, answer, other };
  Kind kind = Kind::other;
  bool unsolicited = false;  ///< gratuitous ARP; advertisement without the solicited flag
  bool to_group = false;     ///< broadcast or multicast, not a unicast refresh; true where the link does not say
  IpAddress sender;          ///< unspecified in a probe (RFC 5227) and in duplicate address detection
  IpAddress target;
  MacAddress sender_mac{};  ///< all zero: not said
};

/// The first chunk of an SCTP packet (RFC 9260), or the type of a DCCP packet (RFC 4340).
struct AssociationFacts {
  enum class Step : std::uint8_t { other, request, response, abort };
  Step step = Step::other;         ///< INIT, INIT ACK, ABORT; Request, Response, Reset
  std::uint8_t type = 0;           ///< chunk or packet type as on the wire
  std::uint32_t tag = 0;           ///< verification tag; 0 in an INIT
  std::uint32_t initiate_tag = 0;  ///< of an INIT or INIT ACK: what the peer's tag will be
};

/// The part of an application message that a verdict needs. `protocol` is the dissector's index. `name` is raw bytes of
/// the packet, to be escaped before anybody sees them.
struct ApplicationFacts {
  enum class Role : std::uint8_t { other, request, reply };
  static constexpr std::size_t kMaxName = 80;
  static constexpr std::size_t kMaxWord = 15;

  std::uint8_t protocol = 0;  ///< 0: nothing known
  Role role = Role::other;
  bool expects_reply = false;  ///< a request that this protocol always answers
  bool truncated = false;      ///< DNS TC
  bool is_alert = false;       ///< the peer is told that it failed: TLS alert, an error banner
  std::uint8_t name_len = 0;
  std::uint8_t word_len = 0;
  std::uint16_t status = 0;  ///< DNS rcode, HTTP status, TLS alert …
  std::uint16_t kind = 0;    ///< DNS query type, TLS handshake type …
  std::uint32_t transaction = 0;
  std::array<char, kMaxName> name{};  ///< DNS question, HTTP Host, TLS and QUIC server name, or a banner's line
  std::array<char, kMaxWord> word{};  ///< HTTP method, TLS application protocol (ALPN), SIP method …

  void begin(std::uint8_t dissector, Role who) {
    protocol = dissector;
    role = who;
    expects_reply = truncated = is_alert = false;
    name_len = word_len = 0;
    status = kind = 0;
    transaction = 0;
  }
  std::string_view word_text() const { return {word.data(), word_len}; }
  void set_word(std::span<const std::uint8_t> bytes) {
    word_len = static_cast<std::uint8_t>(std::min(bytes.size(), kMaxWord));
    for (std::size_t at = 0; at < word_len; ++at) word[at] = static_cast<char>(bytes[at]);
  }
  std::string_view name_text() const { return {name.data(), name_len}; }
  void append_name(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) append_name(static_cast<char>(byte));
  }
  void append_name(char c) {
    if (name_len < kMaxName) name[name_len++] = c;
  }
};

struct PacketFacts {
  bool has_ip = false;
  bool has_ports = false;
  bool has_app = false;
  bool is_icmp_error = false;  ///< says that the packet in `view.quoted` was not delivered
  Transport transport = Transport::none;
  std::uint16_t src_port = 0;
  std::uint16_t dst_port = 0;
  std::uint32_t payload_offset = 0;  ///< in the frame
  std::uint32_t payload_captured = 0;
  std::uint32_t payload_len = 0;  ///< of the transport, as the headers claim
  IpFacts ip;
  TcpFacts tcp;                  ///< transport tcp, once header_len is set; seq alone is valid when header_len is 0
  IcmpFacts icmp;                ///< transport icmp, icmp6
  NeighborFacts neighbor;        ///< transport arp, nd
  AssociationFacts association;  ///< transport sctp, dccp
  ApplicationFacts app;          ///< has_app

  void clear() {
    has_ip = has_ports = has_app = is_icmp_error = false;
    transport = Transport::none;
    src_port = dst_port = 0;
    payload_offset = payload_captured = payload_len = 0;
  }

  /// The rest of `in` is the transport's payload.
  void set_payload(const ByteReader& in) {
    payload_offset = static_cast<std::uint32_t>(in.offset());
    payload_captured = static_cast<std::uint32_t>(in.captured());
    payload_len = static_cast<std::uint32_t>(in.claimed());
  }
  /// The capture holds nothing of the payload, which begins `before` bytes further on.
  void set_cut_payload(const ByteReader& in, std::size_t before) {
    payload_offset = static_cast<std::uint32_t>(in.offset() + in.captured());
    payload_captured = 0;
    payload_len = static_cast<std::uint32_t>(in.claimed() - before);
  }
};

struct LayerMark {
  std::uint8_t dissector = 0;
  std::uint16_t offset = 0;
};

/// What carries the innermost packet; of several, the one next to it.
struct TunnelFacts {
  std::uint8_t depth = 0;      ///< 0: none, and nothing else here is valid
  std::uint8_t dissector = 0;  ///< of the tunnel's header
  IpAddress src;               ///< of the nearest carrier with an IP header; unspecified where none has one
  IpAddress dst;
  std::uint32_t id = 0;  ///< VNI, TEID, GRE key, session …; 0: none
};

/// What the machine that captured says it did with the packet: stronger than anything inferred.
struct Witness {
  enum class Source : std::uint8_t { none, packet_flags, pflog, nflog, drop_monitor };
  static constexpr std::size_t kMaxText = 62;

  Source source = Source::none;  ///< none: nothing else here is valid
  FrameVerdict verdict = FrameVerdict::unknown;
  std::uint8_t text_len = 0;
  std::array<char, kMaxText> text{};  ///< rule, prefix or reason; raw bytes of the capture, to be escaped

  std::string_view text_shown() const { return {text.data(), text_len}; }
  void append(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) append(static_cast<char>(byte));
  }
  void append(std::string_view words) {
    for (const char c : words) append(c);
  }
  void append(char c) {
    if (text_len < kMaxText) text[text_len++] = c;
  }
};

struct PacketView {
  static constexpr std::size_t kMaxLayers = 16;

  PacketFacts packet;
  PacketFacts quoted;  ///< valid when packet.is_icmp_error and has_quote
  bool has_quote = false;
  bool has_macs = false;
  FrameDirection direction = FrameDirection::unknown;
  std::uint8_t vlan_count = 0;
  std::uint16_t vlan = 0;        ///< innermost 802.1Q id; 0: none
  std::uint32_t mpls_label = 0;  ///< innermost; 0: none
  MacAddress src_mac;            ///< has_macs
  MacAddress dst_mac;
  TunnelFacts tunnel;
  Witness witness;
  std::uint8_t layer_count = 0;
  std::array<LayerMark, kMaxLayers> layers{};
  Stop stop;

  void reset(FrameDirection seen, FrameVerdict verdict) {
    packet.clear();
    has_quote = has_macs = false;
    direction = seen;
    vlan_count = layer_count = tunnel.depth = 0;
    vlan = 0;
    mpls_label = 0;
    witness.source = Witness::Source::none;
    if (verdict != FrameVerdict::unknown) testify(Witness::Source::packet_flags, verdict);
    stop = Stop{};
    in_quote_ = false;
  }

  /// Where dissectors write: the packet itself, or the one that an ICMP error quotes.
  PacketFacts& facts() { return in_quote_ ? quoted : packet; }
  bool in_quote() const { return in_quote_; }
  /// The dissector that is running, by its index in the table.
  std::uint8_t current_dissector() const { return layers[layer_count - 1U].dissector; }
  void enter_quote() {
    quoted.clear();
    in_quote_ = has_quote = true;
  }
  /// What was read so far only carries the packet that follows.
  void enter_tunnel(std::uint8_t dissector) {
    if (packet.has_ip || tunnel.depth == 0) {
      tunnel.src = packet.has_ip ? packet.ip.src : IpAddress{};
      tunnel.dst = packet.has_ip ? packet.ip.dst : IpAddress{};
    }
    ++tunnel.depth;
    tunnel.dissector = dissector;
    packet.clear();
    has_macs = false;
  }
  void testify(Witness::Source source, FrameVerdict verdict) {
    witness.source = source;
    witness.verdict = verdict;
    witness.text_len = 0;
  }

  void set_payload(const ByteReader& in) { facts().set_payload(in); }
  /// The next layer, by its index in the table, begins at `offset`.
  void mark(std::uint8_t dissector, std::size_t offset) {
    layers[layer_count++] = {.dissector = dissector, .offset = static_cast<std::uint16_t>(offset)};
  }

 private:
  bool in_quote_ = false;
};

}  // namespace whydrop
