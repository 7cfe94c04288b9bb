// From headers to a flow's key.
#include "src/flow/place.h"

namespace whydrop {
namespace {

bool is_echo(const PacketFacts& facts) {
  if (facts.transport == Transport::icmp) return facts.icmp.type == 8 || facts.icmp.type == 0;
  return facts.transport == Transport::icmp6 && (facts.icmp.type == 128 || facts.icmp.type == 129);
}

/// Whether the facts name a flow: enough of the headers was read.
bool names_flow(const PacketFacts& facts) {
  switch (facts.transport) {
    case Transport::tcp:
    case Transport::udp:
    case Transport::udp_lite:
    case Transport::sctp:
    case Transport::dccp: return facts.has_ip && facts.has_ports;
    case Transport::esp: return facts.has_ip;
    case Transport::icmp:
    case Transport::icmp6: return facts.has_ip && is_echo(facts);
    case Transport::none:
    case Transport::arp:
    case Transport::nd:
    case Transport::other: return false;
  }
  return false;
}

}  // namespace

void locate(const PacketFacts& facts, std::uint16_t encapsulation, FlowPlace& place) {
  if (!names_flow(facts)) {
    place.key.transport = Transport::none;
    place.key.encapsulation = encapsulation;
    return;
  }
  // An echo flow's identifier stands on both sides.
  const bool echo = facts.transport == Transport::icmp || facts.transport == Transport::icmp6;
  place.sender = make_key(facts.ip.src, echo ? facts.icmp.echo_id : facts.src_port, facts.ip.dst,
                          echo ? facts.icmp.echo_id : facts.dst_port, facts.transport, place.key);
  place.key.encapsulation = encapsulation;
  place.hash = hash(place.key);
}

void locate(const Ends& ends, FlowPlace& place) {
  place.sender = make_key(IpAddress::of(ends.src), ends.src_port, IpAddress::of(ends.dst), ends.dst_port,
                          Transport::tcp, place.key);
  place.key.encapsulation = 0;
  place.hash = hash(place.key);
}

FlowKey neighbor_key(const PacketFacts& facts, std::uint16_t encapsulation) {
  const NeighborFacts& neighbor = facts.neighbor;
  const bool asks = neighbor.kind == NeighborFacts::Kind::question;
  return {.low = asks ? neighbor.sender : neighbor.target,
          .high = asks ? neighbor.target : neighbor.sender,
          .transport = facts.transport,
          .encapsulation = encapsulation};
}

}  // namespace whydrop
