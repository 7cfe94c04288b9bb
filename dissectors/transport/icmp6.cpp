// ICMPv6 (RFC 4443): echo, errors with their quotes, and neighbour discovery's question and answer (RFC 4861).
#include "dissectors/registry.h"

namespace whydrop {
namespace {

enum Type : std::uint8_t {
  kUnreachable = 1,
  kPacketTooBig = 2,
  kTimeExceeded = 3,
  kParameterProblem = 4,
  kEchoRequest = 128,
  kEchoReply = 129,
  kNeighborSolicitation = 135,
  kNeighborAdvertisement = 136,
};

/// The MAC in the first option of `wanted` type (RFC 4861, 4.6).
StopReason read_link_address(ByteReader& in, unsigned wanted, MacAddress& mac) {
  while (in.claimed() != 0) {
    const auto option = in.take<2>();
    if (!option) return in.shortage();
    const std::size_t length = option.u8<1>() * std::size_t{8};
    if (length == 0) return StopReason::bad_length;
    ByteReader body = in;
    if (!in.skip(length - 2)) return in.shortage();
    if (option.u8<0>() != wanted || length != 8) continue;
    mac = MacAddress::of(body.take<6>().bytes<0, 6>());
    return StopReason::none;
  }
  return StopReason::none;
}

Step read_neighbor(ByteReader& in, PacketFacts& facts, bool solicited) {
  constexpr unsigned kSourceLinkAddress = 1;
  constexpr unsigned kTargetLinkAddress = 2;
  const auto body = in.take<16>();
  if (!body) return in.shortage();
  const IpAddress about = IpAddress::v6(body.bytes<0, 16>());
  const bool question = facts.icmp.type == kNeighborSolicitation;
  facts.transport = Transport::nd;
  facts.neighbor = {
      .kind = question ? NeighborFacts::Kind::question : NeighborFacts::Kind::answer,
      .unsolicited = !question && !solicited,
      .to_group = facts.ip.dst.is_multicast(),
      .sender = question ? facts.ip.src : about,
      .target = question ? about : facts.ip.dst,
  };
  const unsigned wanted = question ? kSourceLinkAddress : kTargetLinkAddress;
  const StopReason stop = read_link_address(in, wanted, facts.neighbor.sender_mac);
  return stop == StopReason::none ? Step::done() : Step(stop);
}

}  // namespace

Step dissect_icmp6(ByteReader& in, PacketView& view) {
  constexpr unsigned kSolicitedFlag = 0x40;
  const auto header = in.take<8>();
  if (!header) return in.shortage();
  PacketFacts& facts = view.facts();
  IcmpFacts& icmp = facts.icmp;
  facts.transport = Transport::icmp6;
  icmp = {.type = header.u8<0>(), .code = header.u8<1>()};
  switch (icmp.type) {
    case kEchoRequest:
    case kEchoReply:
      icmp.echo_id = header.be16<4>();
      icmp.echo_seq = header.be16<6>();
      view.set_payload(in);
      return Step::done();
    case kNeighborSolicitation:
    case kNeighborAdvertisement: return read_neighbor(in, facts, (header.u8<4>() & kSolicitedFlag) != 0);
    case kPacketTooBig: icmp.mtu = header.be32<4>(); [[fallthrough]];
    case kUnreachable:
    case kTimeExceeded:
    case kParameterProblem: facts.is_icmp_error = true; return Step::quote({Space::ip_version, 6});
    default: return Step::done();
  }
}

}  // namespace whydrop
