// IPv6 "no next header" (RFC 8200, 4.7): what follows, if anything, is to be ignored.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_no_next_header(ByteReader& /*in*/, PacketView& /*view*/) { return Step::done(); }

}  // namespace whydrop
