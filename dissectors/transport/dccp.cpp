// DCCP (RFC 4340): ports and the packet's type.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

enum Type : std::uint8_t { kRequest = 0, kResponse = 1, kData = 2, kAck = 3, kDataAck = 4, kReset = 7, kSyncAck = 9 };

AssociationFacts::Step step_of(unsigned type) {
  switch (type) {
    case kRequest: return AssociationFacts::Step::request;
    case kResponse: return AssociationFacts::Step::response;
    case kReset: return AssociationFacts::Step::abort;
    default: return AssociationFacts::Step::other;
  }
}

/// Short sequence numbers are for packets of an open connection (5.1).
bool may_be_short(unsigned type) { return type == kData || type == kAck || type == kDataAck || type > kSyncAck; }

/// Generic header, acknowledgment number, and service or reset code (5.1 to 5.6).
std::size_t min_header_len(unsigned type, bool extended) {
  const std::size_t generic = extended ? 16 : 12;
  const std::size_t acknowledgment = extended ? 8 : 4;
  switch (type) {
    case kRequest: return generic + 4;
    case kResponse:
    case kReset: return generic + acknowledgment + 4;
    case kData: return generic;
    default: return type > kSyncAck ? generic : generic + acknowledgment;
  }
}

}  // namespace

Step dissect_dccp(ByteReader& in, PacketView& view) {
  constexpr std::size_t kHeaderLen = 12;
  const auto start = in.peek<4>();
  if (!start) return in.shortage();
  PacketFacts& facts = view.facts();
  facts.transport = Transport::dccp;
  facts.has_ports = true;
  facts.src_port = start.be16<0>();
  facts.dst_port = start.be16<2>();
  facts.association = {};

  const auto header = in.take<kHeaderLen>();
  if (!header) return in.shortage();
  const unsigned type = header.u8<8>() >> 1U & 0xfU;
  const bool extended = (header.u8<8>() & 1U) != 0;
  facts.association.type = static_cast<std::uint8_t>(type);
  facts.association.step = step_of(type);
  if (!extended && !may_be_short(type)) return StopReason::bad_value;
  const std::size_t header_len = header.u8<4>() * std::size_t{4};
  if (header_len < min_header_len(type, extended)) return StopReason::bad_length;
  if (!in.skip(header_len - kHeaderLen)) return in.shortage();
  view.set_payload(in);
  return Step::done();
}

}  // namespace whydrop
