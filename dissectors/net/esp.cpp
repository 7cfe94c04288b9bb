// IP encapsulating security payload (RFC 4303): everything behind the header is encrypted.
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_esp(ByteReader& /*in*/, PacketView& view) {
  view.facts().transport = Transport::esp;
  return Step::done();
}

}  // namespace whydrop
