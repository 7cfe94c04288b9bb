// PPP over Ethernet, session stage (RFC 2516, 6): PPP without its framing.
#include "dissectors/link/pppoe.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_pppoe_session(ByteReader& in, PacketView& /*view*/) {
  constexpr std::uint16_t kPpp = 0x880b;
  if (const StopReason stop = read_pppoe_header(in); stop != StopReason::none) return stop;
  return Claim{Space::ether_type, kPpp};
}

}  // namespace whydrop
