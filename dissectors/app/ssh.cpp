// SSH (RFC 4253, 4.2): the identification line, or what a server says instead of it.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

/// A server may send lines before the one that identifies it.
Line identification(ByteReader in) {
  constexpr int kMaxLines = 16;
  Line line = take_line(in);
  for (int count = 0; count < kMaxLines && line.whole && !begins(line.text, "SSH-"); ++count) line = take_line(in);
  return line;
}

}  // namespace

Step dissect_ssh(ByteReader& in, PacketView& view) {
  const bool from_server = is_from_service(view.facts());
  if (const Line line = identification(in); begins(line.text, "SSH-")) {
    ApplicationFacts& app = from_server ? begin_message(view, Role::reply) : begin_question(view);
    app.append_name(line.text);
    return Step::done();
  }
  const Line line = take_line(in);
  // OpenSSH refuses in plain words ("Exceeded MaxStartups", "Not allowed at this time").
  if (!from_server || line.text.empty() || !std::ranges::all_of(line.text, is_printable)) return Step::done();
  ApplicationFacts& app = begin_message(view, Role::reply);
  app.is_alert = true;
  app.append_name(line.text);
  return Step::done();
}

}  // namespace whydrop
