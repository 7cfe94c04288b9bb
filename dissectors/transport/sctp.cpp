// SCTP (RFC 9260): ports, verification tag, and what the first chunk says about the association.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

enum Chunk : std::uint8_t { kInit = 1, kInitAck = 2, kAbort = 6 };

AssociationFacts::Step step_of(unsigned chunk) {
  switch (chunk) {
    case kInit: return AssociationFacts::Step::request;
    case kInitAck: return AssociationFacts::Step::response;
    case kAbort: return AssociationFacts::Step::abort;
    default: return AssociationFacts::Step::other;
  }
}

StopReason read_chunk(ByteReader& in, AssociationFacts& association) {
  constexpr std::size_t kHeaderLen = 4;
  const auto header = in.take<kHeaderLen>();
  if (!header) return in.shortage();
  association.type = header.u8<0>();
  association.step = step_of(association.type);
  const std::size_t length = header.be16<2>();
  if (length < kHeaderLen) return StopReason::bad_length;
  if (!in.limit(length - kHeaderLen)) return in.shortage();
  if (association.type != kInit && association.type != kInitAck) return StopReason::none;
  const auto tag = in.take<4>();
  if (!tag) return in.shortage();
  association.initiate_tag = tag.be32<0>();
  return StopReason::none;
}

}  // namespace

Step dissect_sctp(ByteReader& in, PacketView& view) {
  const auto start = in.take<8>();
  if (!start) return in.shortage();
  PacketFacts& facts = view.facts();
  facts.transport = Transport::sctp;
  facts.has_ports = true;
  facts.src_port = start.be16<0>();
  facts.dst_port = start.be16<2>();
  AssociationFacts& association = facts.association;
  association = {.tag = start.be32<4>()};
  // Nothing but an INIT has no tag, also where an error quotes no more than this.
  if (association.tag == 0) association.step = AssociationFacts::Step::request;

  if (!in.skip(4)) return in.shortage();
  view.set_payload(in);
  if (in.claimed() == 0) return Step::done();
  const StopReason stop = read_chunk(in, association);
  return stop == StopReason::none ? Step::done() : Step(stop);
}

}  // namespace whydrop
