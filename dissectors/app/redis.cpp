// Redis (redis.io, "RESP protocol"): the first command, the kind of answer, and the words of an error.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

/// An array of strings, each behind a line with its length; or, typed by hand, a line of words.
Step read_request(ByteReader& in, PacketView& view) {
  Line line = take_line(in);
  if (begins(line.text, "*")) {
    if (!begins(take_line(in).text, "$")) return not_this_protocol(in);
    line = take_line(in);
  }
  const Text command = first_word(line);
  if (command.empty() || !std::ranges::all_of(command, is_letter)) return Step::done();
  begin_question(view).set_word(command);
  return Step::done();
}

}  // namespace

Step dissect_redis(ByteReader& in, PacketView& view) {
  constexpr std::string_view kKinds = "+-:$*%_#,(";
  if (!is_from_service(view.facts())) return read_request(in, view);
  const Line line = take_line(in);
  if (line.text.empty() || kKinds.find(static_cast<char>(line.text[0])) == std::string_view::npos)
    return StopReason::bad_value;
  ApplicationFacts& app = begin_message(view, Role::reply);
  app.is_alert = line.text[0] == '-';
  if (app.is_alert) app.append_name(line.text);
  return Step::done();
}

}  // namespace whydrop
