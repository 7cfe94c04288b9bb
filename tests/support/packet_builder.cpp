// The builder's calls: each adds a layer or changes the last one of its kind.
#include "tests/support/packet_builder.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace whydrop {

using namespace packet_layer;

namespace {

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  if (!parsed) throw std::logic_error("no IP address: " + std::string(text));
  return *parsed;
}

Bytes dns_message(std::string_view name, std::uint16_t flags, std::uint16_t type, std::uint16_t transaction) {
  constexpr std::uint16_t kInternet = 1;
  Bytes message;
  append_u16(message, transaction);
  append_u16(message, flags);
  append_u16(message, 1);  // questions
  append_u16(message, 0);
  append_u32(message, 0);
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    message.push_back(static_cast<std::uint8_t>(label.size()));
    message.insert(message.end(), label.begin(), label.end());
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  message.push_back(0);
  append_u16(message, type);
  append_u16(message, kInternet);
  return message;
}

Bytes arp_message(std::uint16_t operation, MacAddress sender_mac, std::string_view sender, MacAddress target_mac,
                  std::string_view target) {
  Bytes message{0, 1, 0x08, 0, 6, 4};  // Ethernet, IPv4, their lengths
  append_u16(message, operation);
  append(message, sender_mac.bytes);
  append(message, address(sender));
  append(message, target_mac.bytes);
  append(message, address(target));
  return message;
}

Bytes neighbor_message(std::string_view target, std::uint8_t option, MacAddress mac) {
  Bytes message;
  append(message, address(target));
  message.insert(message.end(), {option, 1});
  append(message, mac.bytes);
  return message;
}

}  // namespace

PacketBuilder PacketBuilder::with(Layer layer) const {
  PacketBuilder next = *this;
  next.layers_.push_back(std::move(layer));
  return next;
}

template <class L, class Change>
PacketBuilder PacketBuilder::changed(Change change) const {
  PacketBuilder next = *this;
  for (std::size_t at = next.layers_.size(); at-- > 0;) {
    if (L* layer = std::get_if<L>(&next.layers_[at])) {
      change(*layer);
      return next;
    }
  }
  throw std::logic_error("no layer has this field");
}

PacketBuilder PacketBuilder::ether(MacAddress src, MacAddress dst) const { return with(Ether{src, dst}); }
PacketBuilder PacketBuilder::vlan(std::uint16_t id, std::uint16_t tag_type) const { return with(Vlan{id, tag_type}); }
PacketBuilder PacketBuilder::snap() const { return with(Snap{}); }
PacketBuilder PacketBuilder::sll(std::uint8_t packet_type) const { return with(Sll{1, packet_type}); }
PacketBuilder PacketBuilder::sll2(std::uint8_t packet_type) const { return with(Sll{2, packet_type}); }
PacketBuilder PacketBuilder::loopback(std::uint32_t family) const { return with(Loopback{family}); }

PacketBuilder PacketBuilder::ipv4(std::string_view src, std::string_view dst) const {
  return with(Ip{.src = address(src), .dst = address(dst)});
}
PacketBuilder PacketBuilder::ipv6(std::string_view src, std::string_view dst) const {
  return with(Ip{.src = address(src), .dst = address(dst), .version = 6});
}
PacketBuilder PacketBuilder::ttl(std::uint8_t value) const {
  return changed<Ip>([&](Ip& ip) { ip.ttl = value; });
}
PacketBuilder PacketBuilder::tos(std::uint8_t value) const {
  return changed<Ip>([&](Ip& ip) { ip.tos = value; });
}
PacketBuilder PacketBuilder::id(std::uint16_t value) const {
  return changed<Ip>([&](Ip& ip) { ip.id = value; });
}
PacketBuilder PacketBuilder::dont_fragment() const {
  return changed<Ip>([](Ip& ip) { ip.dont_fragment = true; });
}
PacketBuilder PacketBuilder::fragment(std::uint16_t offset, bool more) const {
  return changed<Ip>([&](Ip& ip) {
    ip.fragmented = true;
    ip.fragment_offset = offset;
    ip.more_fragments = more;
  });
}
PacketBuilder PacketBuilder::ip_options(Bytes options) const {
  return changed<Ip>([&](Ip& ip) { ip.options = std::move(options); });
}
PacketBuilder PacketBuilder::protocol(std::uint8_t value) const {
  return changed<Ip>([&](Ip& ip) { ip.protocol = value; });
}
PacketBuilder PacketBuilder::ip_length(std::uint16_t value) const {
  return changed<Ip>([&](Ip& ip) { ip.length = value; });
}
PacketBuilder PacketBuilder::extension(std::uint8_t number, Bytes body) const {
  return with(IpExtension{number, std::move(body)});
}

PacketBuilder PacketBuilder::tcp(std::uint16_t src, std::uint16_t dst, std::uint8_t flags) const {
  return with(Tcp{.src = src, .dst = dst, .flags = flags});
}
PacketBuilder PacketBuilder::seq(std::uint32_t value) const {
  return changed<Tcp>([&](Tcp& tcp) { tcp.seq = value; });
}
PacketBuilder PacketBuilder::ack(std::uint32_t value) const {
  return changed<Tcp>([&](Tcp& tcp) { tcp.ack = value; });
}
PacketBuilder PacketBuilder::window(std::uint16_t value) const {
  return changed<Tcp>([&](Tcp& tcp) { tcp.window = value; });
}
PacketBuilder PacketBuilder::mss(std::uint16_t value) const {
  Bytes body;
  append_u16(body, value);
  return tcp_option(2, body);
}
PacketBuilder PacketBuilder::window_scale(std::uint8_t value) const { return tcp_option(3, {value}); }
PacketBuilder PacketBuilder::sack_permitted() const { return tcp_option(4, {}); }
PacketBuilder PacketBuilder::sack(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& blocks) const {
  Bytes body;
  for (const auto& [left, right] : blocks) {
    append_u32(body, left);
    append_u32(body, right);
  }
  return tcp_option(5, body);
}
PacketBuilder PacketBuilder::timestamps(std::uint32_t value, std::uint32_t echo) const {
  Bytes body;
  append_u32(body, value);
  append_u32(body, echo);
  constexpr std::uint8_t kPadding = 1;
  // Alone it stands behind two paddings, as stacks lay it out (RFC 7323, appendix A).
  const PacketBuilder padded = changed<Tcp>([](Tcp& tcp) {
    if (tcp.options.empty()) tcp.options = {kPadding, kPadding};
  });
  return padded.tcp_option(8, body);
}
PacketBuilder PacketBuilder::tcp_option(std::uint8_t kind, const Bytes& body) const {
  return changed<Tcp>([&](Tcp& tcp) {
    tcp.options.insert(tcp.options.end(), {kind, static_cast<std::uint8_t>(body.size() + 2)});
    append(tcp.options, body);
  });
}
PacketBuilder PacketBuilder::raw_tcp_options(Bytes options) const {
  return changed<Tcp>([&](Tcp& tcp) { tcp.options = std::move(options); });
}
PacketBuilder PacketBuilder::tcp_header_len(std::uint8_t value) const {
  return changed<Tcp>([&](Tcp& tcp) { tcp.header_len = value; });
}

PacketBuilder PacketBuilder::udp(std::uint16_t src, std::uint16_t dst) const {
  return with(Udp{.src = src, .dst = dst});
}
PacketBuilder PacketBuilder::udp_length(std::uint16_t value) const {
  return changed<Udp>([&](Udp& udp) { udp.length = value; });
}
PacketBuilder PacketBuilder::udp_checksum(std::uint16_t value) const {
  return changed<Udp>([&](Udp& udp) { udp.checksum = value; });
}
PacketBuilder PacketBuilder::tcp_checksum(std::uint16_t value) const {
  return changed<Tcp>([&](Tcp& tcp) { tcp.checksum = value; });
}

PacketBuilder PacketBuilder::echo_request(std::uint16_t id, std::uint16_t seq) const {
  return icmp(ip_version() == 4 ? 8 : 128, 0, std::uint32_t{id} << 16U | seq);
}
PacketBuilder PacketBuilder::echo_reply(std::uint16_t id, std::uint16_t seq) const {
  return icmp(ip_version() == 4 ? 0 : 129, 0, std::uint32_t{id} << 16U | seq);
}
PacketBuilder PacketBuilder::icmp(std::uint8_t type, std::uint8_t code, std::uint32_t rest) const {
  return with(Icmp{type, code, rest});
}
PacketBuilder PacketBuilder::quote(const PacketBuilder& about, std::size_t most) const {
  std::size_t first = 0;
  while (first < about.layers_.size() && !std::holds_alternative<Ip>(about.layers_[first])) ++first;
  Bytes quoted = encode(about.layers_, first);
  quoted.resize(std::min(quoted.size(), most));
  return payload(std::move(quoted));
}
PacketBuilder PacketBuilder::unreachable(std::uint8_t code, const PacketBuilder& about) const {
  return icmp(ip_version() == 4 ? 3 : 1, code).quote(about);
}
PacketBuilder PacketBuilder::too_big(std::uint32_t mtu, const PacketBuilder& about) const {
  return (ip_version() == 4 ? icmp(3, 4, mtu) : icmp(2, 0, mtu)).quote(about);
}
PacketBuilder PacketBuilder::time_exceeded(const PacketBuilder& about) const {
  return icmp(ip_version() == 4 ? 11 : 3, 0).quote(about);
}

PacketBuilder PacketBuilder::ether_payload(std::uint16_t ether_type, Bytes bytes) const {
  return with(Payload{std::move(bytes), ether_type});
}
PacketBuilder PacketBuilder::arp_request(std::string_view asker, std::string_view target, MacAddress asker_mac) const {
  return ether_payload(kArp, arp_message(1, asker_mac, asker, MacAddress{}, target));
}
PacketBuilder PacketBuilder::arp_reply(std::string_view owner, std::string_view asker, MacAddress owner_mac) const {
  return ether_payload(kArp, arp_message(2, owner_mac, owner, kHostMac, asker));
}
PacketBuilder PacketBuilder::neighbor_solicitation(std::string_view target, MacAddress asker_mac) const {
  return icmp(135, 0).payload(neighbor_message(target, 1, asker_mac));
}
PacketBuilder PacketBuilder::neighbor_advertisement(std::string_view target, bool solicited,
                                                    MacAddress owner_mac) const {
  return icmp(136, 0, solicited ? 0x60000000 : 0x20000000).payload(neighbor_message(target, 2, owner_mac));
}

PacketBuilder PacketBuilder::dns_query(std::string_view name, std::uint16_t type, std::uint16_t transaction) const {
  return dns(name, 0x0100, type, transaction);
}
PacketBuilder PacketBuilder::dns_response(std::string_view name, std::uint8_t rcode, std::uint16_t type,
                                          std::uint16_t transaction) const {
  return dns(name, static_cast<std::uint16_t>(0x8180U | rcode), type, transaction);
}
PacketBuilder PacketBuilder::dns(std::string_view name, std::uint16_t flags, std::uint16_t type,
                                 std::uint16_t transaction) const {
  return payload(dns_message(name, flags, type, transaction));
}

PacketBuilder PacketBuilder::payload(std::string_view text) const { return payload(Bytes(text.begin(), text.end())); }
PacketBuilder PacketBuilder::payload(Bytes bytes) const { return with(Payload{.bytes = std::move(bytes)}); }
PacketBuilder PacketBuilder::payload_len(std::size_t length) const { return payload(Bytes(length, 'x')); }

Bytes PacketBuilder::build() const { return encode(layers_); }

LinkType PacketBuilder::link_type() const {
  constexpr LinkType kEthernet{1};
  constexpr LinkType kNull{0};
  constexpr LinkType kRaw{101};
  constexpr LinkType kSll{113};
  constexpr LinkType kSll2{276};
  if (layers_.empty()) return kRaw;
  const Layer& outermost = layers_.front();
  if (std::holds_alternative<Ether>(outermost)) return kEthernet;
  if (std::holds_alternative<Loopback>(outermost)) return kNull;
  if (const auto* sll = std::get_if<Sll>(&outermost)) return sll->version == 1 ? kSll : kSll2;
  return kRaw;
}

unsigned PacketBuilder::ip_version() const {
  for (std::size_t at = layers_.size(); at-- > 0;)
    if (const Ip* ip = std::get_if<Ip>(&layers_[at])) return ip->version;
  throw std::logic_error("this layer needs an IP header around it");
}

Frame frame_of(const Bytes& bytes, LinkType link_type) {
  Frame frame;
  frame.ref = PacketRef(0, 1);
  frame.bytes = bytes;
  frame.wire_len = static_cast<std::uint32_t>(bytes.size());
  frame.link_type = link_type;
  return frame;
}

}  // namespace whydrop
