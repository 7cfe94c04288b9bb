// UDP-Lite (RFC 3828): UDP with a checksum over a part of the packet, whose length stands where UDP has its own.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_udp_lite(ByteReader& in, PacketView& view) {
  constexpr std::size_t kHeaderLen = 8;
  const std::size_t length = in.claimed();
  const auto header = in.take<kHeaderLen>();
  if (!header) return in.shortage();
  PacketFacts& facts = view.facts();
  facts.transport = Transport::udp_lite;
  facts.has_ports = true;
  facts.src_port = header.be16<0>();
  facts.dst_port = header.be16<2>();
  view.set_payload(in);

  const std::size_t covered = header.be16<4>();  // 0: all of it
  if (covered != 0 && covered < kHeaderLen) return StopReason::bad_length;
  if (covered > length && !facts.ip.is_fragment()) return StopReason::bad_length;
  if (in.claimed() == 0) return Step::done();
  return Claim{Space::udp_port, facts.dst_port, facts.src_port};
}

}  // namespace whydrop
