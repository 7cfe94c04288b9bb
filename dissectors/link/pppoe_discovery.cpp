// PPP over Ethernet, discovery stage (RFC 2516, 5): looking for an access concentrator. Named, and nothing in it.
#include "dissectors/link/pppoe.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_pppoe_discovery(ByteReader& in, PacketView& /*view*/) {
  const StopReason stop = read_pppoe_header(in);
  return stop == StopReason::none ? Step::done() : Step(stop);
}

}  // namespace whydrop
