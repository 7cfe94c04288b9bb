// IKE: version 2 (RFC 7296) and version 1 (RFC 2408).
//
// Version 2 marks requests and responses, and answers each request. In version 1 only the first message shows who asks:
// the responder's identifier is still missing.
#include "dissectors/registry.h"
#include "dissectors/tunnel/recognized.h"

namespace whydrop {
namespace {

constexpr std::size_t kHeaderLen = 28;
using Role = ApplicationFacts::Role;

bool is_message(const Header<kHeaderLen>& header, std::size_t claimed, bool is_fragment) {
  const unsigned version = header.u8<17>() >> 4U;
  const bool has_initiator = header.be32<0>() != 0 || header.be32<4>() != 0;
  const std::size_t length = header.be32<24>();
  return (version == 1 || version == 2) && has_initiator && length >= kHeaderLen && (length <= claimed || is_fragment);
}

Role role_of(const Header<kHeaderLen>& header) {
  constexpr unsigned kVersion2 = 2;
  constexpr unsigned kIsResponse = 0x20;
  constexpr unsigned kInformational = 5;  // of version 1
  if (header.u8<17>() >> 4U == kVersion2) return (header.u8<19>() & kIsResponse) != 0 ? Role::reply : Role::request;
  const bool is_first = header.be32<8>() == 0 && header.be32<12>() == 0;
  return is_first && header.u8<18>() != kInformational ? Role::request : Role::other;
}

}  // namespace

Step dissect_isakmp(ByteReader& in, PacketView& view) {
  const auto header = in.peek<kHeaderLen>();
  if (!header) return in.shortage() == StopReason::cut ? Step(StopReason::cut) : Step::declined();
  PacketFacts& facts = view.facts();
  if (!is_message(header, in.claimed(), facts.ip.is_fragment())) return Step::declined();
  const Step step = recognized(view, role_of(header));
  facts.app.kind = header.u8<18>();
  facts.app.transaction = header.be32<20>();
  return step;
}

}  // namespace whydrop
