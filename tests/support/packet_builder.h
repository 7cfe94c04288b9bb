// Builds whole frames for tests, from the outside in:
//
//   packet().ether().ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::syn).seq(1000).mss(1460).build()
//
// A builder is a value: every call returns a new one, so that a common beginning can be kept and continued in several
// ways. A call that names a field changes the last layer that has it. Lengths, checksums and the numbers that announce
// the next layer are right unless a lie is asked for. Programmer errors (a field without its layer, an address that is
// none) throw std::logic_error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "src/core/address.h"
#include "src/wire/frame.h"
#include "src/wire/packet_view.h"
#include "tests/support/packet_layers.h"

namespace whydrop {

class PacketBuilder {
 public:
  // Link layers. Without one the packet is raw IP. The next layer decides the EtherType; behind snap() it is 802.3.
  PacketBuilder ether(MacAddress src = kHostMac, MacAddress dst = kPeerMac) const;
  PacketBuilder vlan(std::uint16_t id, std::uint16_t tag_type = 0x8100) const;
  PacketBuilder snap() const;
  /// `packet_type`: 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 sent by us.
  PacketBuilder sll(std::uint8_t packet_type = 0) const;
  PacketBuilder sll2(std::uint8_t packet_type = 0) const;
  /// BSD loopback with the address family as four bytes in network order.
  PacketBuilder loopback(std::uint32_t family) const;

  PacketBuilder ipv4(std::string_view src, std::string_view dst) const;
  PacketBuilder ipv6(std::string_view src, std::string_view dst) const;
  PacketBuilder ttl(std::uint8_t value) const;
  PacketBuilder tos(std::uint8_t value) const;
  PacketBuilder id(std::uint16_t value) const;
  PacketBuilder dont_fragment() const;
  /// `offset` in bytes; for IPv6 a fragment header is added.
  PacketBuilder fragment(std::uint16_t offset, bool more) const;
  PacketBuilder ip_options(Bytes options) const;  ///< IPv4 only; a multiple of four bytes
  /// What the IP header announces, instead of the layer that follows.
  PacketBuilder protocol(std::uint8_t value) const;
  /// A lie: IPv4 total length or IPv6 payload length.
  PacketBuilder ip_length(std::uint16_t value) const;
  /// An extension header with this number; `body` is all of it behind the next-header byte.
  PacketBuilder extension(std::uint8_t number, Bytes body) const;

  PacketBuilder tcp(std::uint16_t src, std::uint16_t dst, std::uint8_t flags) const;
  PacketBuilder seq(std::uint32_t value) const;
  PacketBuilder ack(std::uint32_t value) const;
  PacketBuilder window(std::uint16_t value) const;
  PacketBuilder mss(std::uint16_t value) const;
  PacketBuilder window_scale(std::uint8_t value) const;
  PacketBuilder sack_permitted() const;
  PacketBuilder sack(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& blocks) const;
  PacketBuilder timestamps(std::uint32_t value, std::uint32_t echo) const;
  /// Any option, its length byte added; several are padded together to four bytes.
  PacketBuilder tcp_option(std::uint8_t kind, const Bytes& body) const;
  /// Options as they are, right or wrong.
  PacketBuilder raw_tcp_options(Bytes options) const;
  /// A lie: the TCP header length in bytes.
  PacketBuilder tcp_header_len(std::uint8_t value) const;
  PacketBuilder tcp_checksum(std::uint16_t value) const;

  PacketBuilder udp(std::uint16_t src, std::uint16_t dst) const;
  /// A lie: the UDP length.
  PacketBuilder udp_length(std::uint16_t value) const;
  PacketBuilder udp_checksum(std::uint16_t value) const;

  // ICMP or ICMPv6, as the IP header around it says.
  PacketBuilder echo_request(std::uint16_t id, std::uint16_t seq) const;
  PacketBuilder echo_reply(std::uint16_t id, std::uint16_t seq) const;
  /// Any message; `rest` is the four bytes behind the checksum. An error goes on with quote().
  PacketBuilder icmp(std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0) const;
  /// The beginning of `about`, from its IP header on.
  PacketBuilder quote(const PacketBuilder& about, std::size_t most = kLinuxQuote) const;
  /// Destination unreachable, with the code numbers of the enclosing IP version.
  PacketBuilder unreachable(std::uint8_t code, const PacketBuilder& about) const;
  /// Fragmentation needed (IPv4), packet too big (IPv6).
  PacketBuilder too_big(std::uint32_t mtu, const PacketBuilder& about) const;
  PacketBuilder time_exceeded(const PacketBuilder& about) const;

  /// Anything behind a link layer that announces it with this EtherType.
  PacketBuilder ether_payload(std::uint16_t ether_type, Bytes bytes) const;
  /// ARP between Ethernet and IPv4; the asker is the host whose MAC is kHostMac.
  PacketBuilder arp_request(std::string_view asker, std::string_view target, MacAddress asker_mac = kHostMac) const;
  PacketBuilder arp_reply(std::string_view owner, std::string_view asker, MacAddress owner_mac = kPeerMac) const;
  PacketBuilder neighbor_solicitation(std::string_view target, MacAddress asker_mac = kHostMac) const;
  PacketBuilder neighbor_advertisement(std::string_view target, bool solicited = true,
                                       MacAddress owner_mac = kPeerMac) const;

  PacketBuilder dns_query(std::string_view name, std::uint16_t type = 1, std::uint16_t transaction = 0x1234) const;
  PacketBuilder dns_response(std::string_view name, std::uint8_t rcode, std::uint16_t type = 1,
                             std::uint16_t transaction = 0x1234) const;
  /// Flags as in RFC 1035, 4.1.1; one question.
  PacketBuilder dns(std::string_view name, std::uint16_t flags, std::uint16_t type, std::uint16_t transaction) const;

  PacketBuilder payload(std::string_view text) const;
  PacketBuilder payload(Bytes bytes) const;
  PacketBuilder payload_len(std::size_t length) const;  ///< that many times 'x'

  Bytes build() const;
  LinkType link_type() const;

  static constexpr MacAddress kHostMac{{0x02, 0, 0, 0, 0, 0x01}};
  static constexpr MacAddress kPeerMac{{0x02, 0, 0, 0, 0, 0x02}};
  static constexpr MacAddress kBroadcastMac{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
  static constexpr std::size_t kLinuxQuote = 548;  ///< of an error that is no longer than 576 bytes (RFC 1812, 4.3.2.3)

 private:
  static constexpr std::uint16_t kArp = 0x0806;

  unsigned ip_version() const;
  PacketBuilder with(packet_layer::Layer layer) const;
  template <class L, class Change>
  PacketBuilder changed(Change change) const;

  std::vector<packet_layer::Layer> layers_;
};

/// An empty packet to start from.
inline PacketBuilder packet() { return {}; }

/// A frame that borrows `bytes`, as if captured whole.
Frame frame_of(const Bytes& bytes, LinkType link_type);

}  // namespace whydrop
