// Encodes the layers of a test packet, from the innermost outwards: each knows its body when its turn comes.
#include "tests/support/packet_layers.h"

#include <stdexcept>
#include <type_traits>

#include "src/wire/checksum.h"

namespace whydrop::packet_layer {
namespace {

constexpr std::uint16_t kLlc = 0x0004;  // as SLL writes it
constexpr std::uint8_t kFragmentHeader = 44;

/// One layer's surroundings: the layers around and behind it.
struct Place {
  std::span<const Layer> layers;
  std::size_t at;

  const Layer* next() const { return at + 1 < layers.size() ? &layers[at + 1] : nullptr; }
  const Ip& enclosing_ip() const {
    for (std::size_t i = at; i-- > 0;)
      if (const Ip* ip = std::get_if<Ip>(&layers[i])) return *ip;
    throw std::logic_error("this layer needs an IP header around it");
  }
};

std::uint8_t low_byte(std::uint32_t value) { return static_cast<std::uint8_t>(value & 0xffU); }

void set_u16(Bytes& bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = low_byte(value >> 8U);
  bytes[at + 1] = low_byte(value);
}

std::uint16_t ether_type_behind(const Place& place) {
  const Layer* next = place.next();
  if (next == nullptr) return 0xffff;
  if (const auto* vlan = std::get_if<Vlan>(next)) return vlan->tag_type;
  if (const auto* ip = std::get_if<Ip>(next)) return ip->version == 4 ? 0x0800 : 0x86dd;
  if (const auto* payload = std::get_if<Payload>(next)) return payload->ether_type;
  if (std::holds_alternative<Snap>(*next)) return kLlc;
  throw std::logic_error("no EtherType is known for the next layer");
}

std::uint8_t protocol_behind(const Place& place, unsigned ip_version) {
  constexpr std::uint8_t kExperimental = 253;  // RFC 3692
  const Layer* next = place.next();
  if (next == nullptr) return kExperimental;
  if (std::holds_alternative<Tcp>(*next)) return 6;
  if (std::holds_alternative<Udp>(*next)) return 17;
  if (std::holds_alternative<Icmp>(*next)) return ip_version == 4 ? 1 : 58;
  if (const auto* ip = std::get_if<Ip>(next)) return ip->version == 4 ? 4 : 41;
  if (const auto* extension = std::get_if<IpExtension>(next)) return extension->number;
  return kExperimental;
}

std::uint16_t transport_checksum(const Ip& ip, std::uint8_t protocol, const Bytes& segment) {
  Bytes pseudo;
  append(pseudo, ip.src);
  append(pseudo, ip.dst);
  append_u32(pseudo, static_cast<std::uint32_t>(segment.size()));
  append_u32(pseudo, protocol);
  InternetChecksum sum;
  sum.add(pseudo);
  sum.add(segment);
  return sum.value();
}

/// The EtherType, or for 802.3 the length that stands in its place.
void append_type_or_length(Bytes& out, const Place& place, const Bytes& body) {
  const std::uint16_t type = ether_type_behind(place);
  append_u16(out, type == kLlc ? static_cast<std::uint32_t>(body.size()) : type);
}

Bytes header(const Ether& ether, const Place& place, const Bytes& body) {
  Bytes out;
  append(out, ether.dst.bytes);
  append(out, ether.src.bytes);
  append_type_or_length(out, place, body);
  return out;
}

Bytes header(const Vlan& vlan, const Place& place, const Bytes& body) {
  Bytes out;
  append_u16(out, vlan.id);
  append_type_or_length(out, place, body);
  return out;
}

Bytes header(const Snap& /*snap*/, const Place& place, const Bytes& /*body*/) {
  Bytes out{0xaa, 0xaa, 0x03, 0, 0, 0};
  append_u16(out, ether_type_behind(place));
  return out;
}

Bytes header(const Sll& sll, const Place& place, const Bytes& /*body*/) {
  constexpr std::uint16_t kEthernet = 1;
  constexpr std::uint8_t kMacLen = 6;
  const Bytes mac{0x02, 0, 0, 0, 0, 0x01, 0, 0};
  Bytes out;
  if (sll.version == 1) {
    append_u16(out, sll.packet_type);
    append_u16(out, kEthernet);
    append_u16(out, kMacLen);
    append(out, mac);
    append_u16(out, ether_type_behind(place));
    return out;
  }
  append_u16(out, ether_type_behind(place));
  append_u16(out, 0);
  append_u32(out, 2);  // interface index
  append_u16(out, kEthernet);
  out.insert(out.end(), {sll.packet_type, kMacLen});
  append(out, mac);
  return out;
}

Bytes header(const Loopback& loopback, const Place& /*place*/, const Bytes& /*body*/) {
  Bytes out;
  append_u32(out, loopback.family);
  return out;
}

Bytes ipv4_header(const Ip& ip, std::uint8_t protocol, const Bytes& body) {
  const std::size_t header_len = 20 + ip.options.size();
  const std::uint32_t flags = (ip.dont_fragment ? 0x4000U : 0U) | (ip.more_fragments ? 0x2000U : 0U);
  Bytes out{low_byte(0x40U | static_cast<std::uint32_t>(header_len / 4)), ip.tos};
  append_u16(out, ip.length.value_or(static_cast<std::uint16_t>(header_len + body.size())));
  append_u16(out, ip.id);
  append_u16(out, flags | ip.fragment_offset / 8U);
  out.insert(out.end(), {ip.ttl, protocol});
  append_u16(out, 0);
  append(out, ip.src);
  append(out, ip.dst);
  append(out, ip.options);
  InternetChecksum sum;
  sum.add(out);
  set_u16(out, 10, sum.value());
  return out;
}

Bytes ipv6_header(const Ip& ip, std::uint8_t protocol, const Bytes& body) {
  Bytes fragment;
  if (ip.fragmented) {
    fragment = {protocol, 0};
    append_u16(fragment, ip.fragment_offset | (ip.more_fragments ? 1U : 0U));
    append_u32(fragment, ip.id);
  }
  Bytes out;
  append_u32(out, 6U << 28U | std::uint32_t{ip.tos} << 20U);
  append_u16(out, ip.length.value_or(static_cast<std::uint16_t>(fragment.size() + body.size())));
  out.insert(out.end(), {ip.fragmented ? kFragmentHeader : protocol, ip.ttl});
  append(out, ip.src);
  append(out, ip.dst);
  append(out, fragment);
  return out;
}

Bytes header(const Ip& ip, const Place& place, const Bytes& body) {
  const std::uint8_t protocol = ip.protocol.value_or(protocol_behind(place, ip.version));
  return ip.version == 4 ? ipv4_header(ip, protocol, body) : ipv6_header(ip, protocol, body);
}

Bytes header(const IpExtension& extension, const Place& place, const Bytes& /*body*/) {
  Bytes out{protocol_behind(place, place.enclosing_ip().version)};
  append(out, extension.body);
  return out;
}

Bytes header(const Tcp& tcp, const Place& place, const Bytes& body) {
  Bytes options = tcp.options;
  while (options.size() % 4 != 0) options.push_back(1);
  const std::size_t header_len = tcp.header_len.value_or(static_cast<std::uint8_t>(20 + options.size()));
  Bytes out;
  append_u16(out, tcp.src);
  append_u16(out, tcp.dst);
  append_u32(out, tcp.seq);
  append_u32(out, tcp.ack);
  out.insert(out.end(), {low_byte(static_cast<std::uint32_t>(header_len / 4) << 4U), tcp.flags});
  append_u16(out, tcp.window);
  append_u32(out, 0);  // checksum, urgent pointer
  append(out, options);
  Bytes segment = out;
  append(segment, body);
  set_u16(out, 16, tcp.checksum.value_or(transport_checksum(place.enclosing_ip(), 6, segment)));
  return out;
}

Bytes header(const Udp& udp, const Place& place, const Bytes& body) {
  Bytes out;
  append_u16(out, udp.src);
  append_u16(out, udp.dst);
  append_u16(out, udp.length.value_or(static_cast<std::uint16_t>(8 + body.size())));
  append_u16(out, 0);
  Bytes segment = out;
  append(segment, body);
  set_u16(out, 6, udp.checksum.value_or(transport_checksum(place.enclosing_ip(), 17, segment)));
  return out;
}

Bytes header(const Icmp& icmp, const Place& place, const Bytes& body) {
  Bytes out{icmp.type, icmp.code, 0, 0};
  append_u32(out, icmp.rest);
  Bytes message = out;
  append(message, body);
  const Ip& ip = place.enclosing_ip();
  InternetChecksum sum;
  sum.add(message);
  set_u16(out, 2, ip.version == 4 ? sum.value() : transport_checksum(ip, 58, message));
  return out;
}

Bytes header(const Payload& payload, const Place& /*place*/, const Bytes& /*body*/) { return payload.bytes; }

}  // namespace

Bytes encode(std::span<const Layer> layers, std::size_t first) {
  Bytes body;
  for (std::size_t at = layers.size(); at-- > first;) {
    const auto head = std::visit([&](const auto& layer) { return header(layer, {layers, at}, body); }, layers[at]);
    body.insert(body.begin(), head.begin(), head.end());
  }
  return body;
}

void append_u16(Bytes& bytes, std::uint32_t value) {
  bytes.insert(bytes.end(), {low_byte(value >> 8U), low_byte(value)});
}

void append_u32(Bytes& bytes, std::uint32_t value) {
  append_u16(bytes, value >> 16U);
  append_u16(bytes, value);
}

void append(Bytes& bytes, std::span<const std::uint8_t> more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

void append(Bytes& bytes, const IpAddress& address) {
  append(bytes, std::span(address.bytes()).subspan(address.is_v4() ? 12 : 0));
}

}  // namespace whydrop::packet_layer
