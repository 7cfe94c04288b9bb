// WS-Discovery (OASIS, 1.1) over UDP: SOAP to whom it may concern.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ws_discovery(ByteReader& in, PacketView& view) {
  constexpr std::size_t kStart = 64;
  const Text start = in.rest(kStart);
  // "<?xml …", or at once "<soap:Envelope", of whatever prefix
  const bool is_xml =
      begins(start, "<?xml") || (begins(start, "<") && ends(before(before(start, ' '), '>'), ":Envelope"));
  if (is_xml) begin_message(view, ApplicationFacts::Role::other);
  return Step::done();
}

}  // namespace whydrop
