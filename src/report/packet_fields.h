// The members of packet facts in flow records: each list serves writing and reading.
#pragma once

#include "src/flow/openings.h"
#include "src/report/fact_io.h"

namespace whydrop {

/// An index into the table of dissectors, by its dissector's name.
template <class Io>
void dissector_field(Io& io, const char* key, Member<Io, std::uint8_t>& index) {
  DissectorId id{index};
  io(key, id);
  if constexpr (Io::kReads) index = static_cast<std::uint8_t>(id);
}

template <class Io>
void fields(Io& io, Member<Io, ApplicationFacts>& words) {
  dissector_field(io, "protocol", words.protocol);
  io("role", words.role);
  io("kind", words.kind);
  io("status", words.status);
  io("alert", words.is_alert);
  io("truncated", words.truncated);
  io("expects_reply", words.expects_reply);
  io("transaction", words.transaction);
  io.bytes("name", words.name, words.name_len);
  io.bytes("word", words.word, words.word_len);
}

template <class Io>
void fields(Io& io, Member<Io, Witness>& witness) {
  io("source", witness.source);
  io("verdict", witness.verdict);
  io.bytes("reason", witness.text, witness.text_len);
}

template <class Io>
void fields(Io& io, Member<Io, IpFacts>& ip) {
  io("src", ip.src);
  io("dst", ip.dst);
  io("version", ip.version);
  io("ttl", ip.ttl);
  io("protocol", ip.protocol);
  io("tos", ip.tos);
  io("id", ip.id);
  io("fragment_offset", ip.fragment_offset);
  io("dont_fragment", ip.dont_fragment);
  io("more_fragments", ip.more_fragments);
  io("fragment_len", ip.fragment_len);
  io("total_len", ip.total_len);
}

template <class Io>
void fields(Io& io, Member<Io, TcpFacts>& tcp) {
  io("seq", tcp.seq);
  io("ack", tcp.ack);
  io("flags", tcp.flags);
  io("header_len", tcp.header_len);
  io("window", tcp.window);
  io("mss", tcp.mss);
  io("window_scale", tcp.window_scale, TcpFacts::kNoWindowScale);
  io("sack_permitted", tcp.sack_permitted);
  io("has_timestamp", tcp.has_timestamp);
  io("bad_checksum", tcp.bad_checksum);
  io("signed", tcp.signed_segment);
  io("timestamp", tcp.timestamp_value);
  io("timestamp_echo", tcp.timestamp_echo);
  std::size_t count = tcp.sack_count;
  io.list("sack", count, TcpFacts::kMaxSackBlocks, [&](auto& block, std::size_t at) {
    block("left", tcp.sack[at].left);
    block("right", tcp.sack[at].right);
  });
  if constexpr (Io::kReads) tcp.sack_count = static_cast<std::uint8_t>(count);
}

template <class Io>
void fields(Io& io, Member<Io, IcmpFacts>& icmp) {
  io("type", icmp.type);
  io("code", icmp.code);
  io("echo_id", icmp.echo_id);
  io("echo_seq", icmp.echo_seq);
  io("mtu", icmp.mtu);
}

template <class Io>
void fields(Io& io, Member<Io, NeighborFacts>& neighbor) {
  io("kind", neighbor.kind, NeighborFacts::Kind::other);
  io("unsolicited", neighbor.unsolicited);
  io("to_group", neighbor.to_group);
  io("sender", neighbor.sender);
  io("target", neighbor.target);
  io("sender_mac", neighbor.sender_mac);
}

template <class Io>
void fields(Io& io, Member<Io, AssociationFacts>& association) {
  io("step", association.step);
  io("type", association.type);
  io("tag", association.tag);
  io("initiate_tag", association.initiate_tag);
}

template <class Io>
void fields(Io& io, Member<Io, PacketFacts>& facts) {
  io("transport", facts.transport);
  io("has_ports", facts.has_ports);
  io("src_port", facts.src_port);
  io("dst_port", facts.dst_port);
  io("payload_len", facts.payload_len);
  io("is_icmp_error", facts.is_icmp_error);
  io.object_if("ip", facts.has_ip, [&](auto& part) { fields(part, facts.ip); });
  io.object_if("words", facts.has_app, [&](auto& part) { fields(part, facts.app); });
  // Of another transport the packet has nothing to say, and what stands there is what a packet before left.
  const auto only_of = [&](const char* key, bool wanted, auto& part) {
    bool present = wanted;
    io.object_if(key, present, [&](auto& inner) { fields(inner, part); });
  };
  using enum Transport;
  only_of("tcp", facts.transport == tcp, facts.tcp);
  only_of("icmp", facts.transport == icmp || facts.transport == icmp6, facts.icmp);
  only_of("neighbor", facts.transport == arp || facts.transport == nd, facts.neighbor);
  only_of("association", facts.transport == sctp || facts.transport == dccp, facts.association);
}

template <class Io>
void fields(Io& io, Member<Io, TunnelFacts>& tunnel) {
  dissector_field(io, "protocol", tunnel.dissector);
  io("depth", tunnel.depth);
  io("src", tunnel.src);
  io("dst", tunnel.dst);
  io("id", tunnel.id);
}

template <class Io>
void fields(Io& io, Member<Io, OpeningPacket>& packet) {
  io.always("packet", packet.ref);
  io.always("time", packet.time);
  io("direction", packet.direction);
  io("to_group", packet.to_group);
  io("vlan", packet.vlan);
  io("mpls_label", packet.mpls_label);
  io("packet_id", packet.packet_id);
  io("payload_print", packet.payload_print);
  fields(io, packet.packet);
  bool quotes = packet.quoted != nullptr;
  io.object_if("quoted", quotes, [&](auto& part) {
    if constexpr (Io::kReads) packet.quoted = std::make_unique<PacketFacts>();
    fields(part, *packet.quoted);
  });
  bool carried = packet.tunnel.depth != 0;
  io.object_if("tunnel", carried, [&](auto& part) { fields(part, packet.tunnel); });
  bool witnessed = packet.witness.source != Witness::Source::none;
  io.object_if("witness", witnessed, [&](auto& part) { fields(part, packet.witness); });
}

}  // namespace whydrop
