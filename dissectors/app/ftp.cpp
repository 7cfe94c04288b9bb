// FTP (RFC 959), its control connection: greeting or refusal, and the client's first command.
#include "dissectors/app/dialogue.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_ftp(ByteReader& in, PacketView& view) {
  const Line line = take_line(in);
  return is_from_service(view.facts()) ? read_coded_reply(line, view) : read_command(line, view);
}

}  // namespace whydrop
