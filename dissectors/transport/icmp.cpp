// ICMP (RFC 792): echo, and the errors that quote the packet they speak about (path MTU: RFC 1191).
//
// Redirects and source quenches (RFC 6633) quote a packet too, but one that went on its way: no errors for us.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

enum Type : std::uint8_t {
  kEchoReply = 0,
  kUnreachable = 3,
  kEchoRequest = 8,
  kTimeExceeded = 11,
  kParameterProblem = 12,
};
constexpr std::uint8_t kFragmentationNeeded = 4;

}  // namespace

Step dissect_icmp(ByteReader& in, PacketView& view) {
  const auto header = in.take<8>();
  if (!header) return in.shortage();
  PacketFacts& facts = view.facts();
  IcmpFacts& icmp = facts.icmp;
  facts.transport = Transport::icmp;
  icmp = {.type = header.u8<0>(), .code = header.u8<1>()};
  switch (icmp.type) {
    case kEchoReply:
    case kEchoRequest:
      icmp.echo_id = header.be16<4>();
      icmp.echo_seq = header.be16<6>();
      view.set_payload(in);
      return Step::done();
    case kUnreachable:
      if (icmp.code == kFragmentationNeeded) icmp.mtu = header.be16<6>();
      [[fallthrough]];
    case kTimeExceeded:
    case kParameterProblem: facts.is_icmp_error = true; return Step::quote({Space::ip_version, 4});
    default: return Step::done();
  }
}

}  // namespace whydrop
