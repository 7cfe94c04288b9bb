// Linux "cooked" capture, version 1 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html).
#include "dissectors/link/sll_payload.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_sll(ByteReader& in, PacketView& view) {
  const auto header = in.take<16>();
  if (!header) return in.shortage();
  return cooked_payload(view, header.be16<0>(), header.be16<2>(), header.be16<14>());
}

}  // namespace whydrop
