// IMAP (RFC 9051): greeting ("* OK", "* PREAUTH") or refusal ("* BYE"), and the client's first command.
#include "dissectors/app/dialogue.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_imap(ByteReader& in, PacketView& view) {
  const Line line = take_line(in);
  Text words = line.text;
  const Text tag = take_word(words);
  if (!is_from_service(view.facts()))
    return tag.empty() ? Step::done() : read_command({.text = words, .whole = line.whole}, view);
  if (!equals(tag, "*")) return Step::done();
  const Text condition = take_word(words);
  const bool refuses = equals(condition, "BYE");
  if (!refuses && !equals(condition, "OK") && !equals(condition, "PREAUTH")) return Step::done();
  return read_spoken_reply(line, refuses, view);
}

}  // namespace whydrop
