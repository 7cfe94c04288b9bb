// Linux "cooked" capture, version 2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html).
#include "dissectors/link/sll_payload.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_sll2(ByteReader& in, PacketView& view) {
  const auto header = in.take<20>();
  if (!header) return in.shortage();
  return cooked_payload(view, header.u8<10>(), header.be16<8>(), header.be16<0>());
}

}  // namespace whydrop
