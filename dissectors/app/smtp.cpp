// SMTP (RFC 5321): greeting or refusal, and the client's first command.
#include "dissectors/app/dialogue.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_smtp(ByteReader& in, PacketView& view) {
  const Line line = take_line(in);
  return is_from_service(view.facts()) ? read_coded_reply(line, view) : read_command(line, view);
}

}  // namespace whydrop
