// SIP (RFC 3261) over UDP and TCP: method and address of a request, status of a response.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_sip(ByteReader& in, PacketView& view) {
  constexpr std::string_view kVersion = "SIP/2.0";
  const Line start = take_line(in);
  Text rest = start.text;
  const Text first = take_word(rest);
  if (equals(first, kVersion)) {
    const std::uint16_t status = status_code(take_word(rest));
    if (status != 0) begin_message(view, ApplicationFacts::Role::reply).status = status;
    return Step::done();
  }
  const Text address = take_word(rest);
  if (!start.whole || !equals(rest, kVersion) || !std::ranges::all_of(first, is_upper)) return Step::done();
  ApplicationFacts& app = begin_message(view, ApplicationFacts::Role::request);
  app.expects_reply = !equals(first, "ACK");
  app.set_word(first);
  app.append_name(address);
  return Step::done();
}

}  // namespace whydrop
