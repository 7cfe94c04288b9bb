// POP3 (RFC 1939): greeting or refusal, and the client's first command.
#include "dissectors/app/dialogue.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_pop3(ByteReader& in, PacketView& view) {
  const Line line = take_line(in);
  if (!is_from_service(view.facts())) return read_command(line, view);
  const bool refuses = begins(line.text, "-ERR");
  if (!refuses && !begins(line.text, "+OK")) return Step::done();
  return read_spoken_reply(line, refuses, view);
}

}  // namespace whydrop
