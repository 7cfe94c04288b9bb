// SSDP (UPnP Device Architecture 2.0, 1): searches that those answer who are meant, and announcements.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ssdp(ByteReader& in, PacketView& view) {
  using Role = ApplicationFacts::Role;
  const Line start = take_line(in);
  Text rest = start.text;
  const Text first = take_word(rest);
  if (begins(first, "HTTP/1.")) {
    const std::uint16_t status = status_code(take_word(rest));
    if (status != 0) begin_message(view, Role::reply).status = status;
    return Step::done();
  }
  if (!equals(first, "M-SEARCH") && !equals(first, "NOTIFY")) return Step::done();
  begin_message(view, Role::other).set_word(first);
  return Step::done();
}

}  // namespace whydrop
