// UDP (RFC 768).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_udp(ByteReader& in, PacketView& view) {
  constexpr std::size_t kHeaderLen = 8;
  const auto header = in.take<kHeaderLen>();
  if (!header) return in.shortage();
  PacketFacts& facts = view.facts();
  facts.transport = Transport::udp;
  facts.has_ports = true;
  facts.src_port = header.be16<0>();
  facts.dst_port = header.be16<2>();
  view.set_payload(in);

  const std::size_t length = header.be16<4>();
  // A fragment holds only a part of the length; 0 means a jumbogram (RFC 2675, 4) or offload.
  if (length != 0 && !facts.ip.is_fragment()) {
    if (length < kHeaderLen) return StopReason::bad_length;
    if (!in.limit(length - kHeaderLen)) return in.shortage();
    view.set_payload(in);
  }
  if (in.claimed() == 0) return Step::done();
  return Claim{Space::udp_port, facts.dst_port, facts.src_port};
}

}  // namespace whydrop
