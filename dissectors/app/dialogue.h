// Protocols in which a server greets and a client gives commands, a line each: SMTP, FTP, POP3, IMAP.
#pragma once

#include "dissectors/app/message.h"
#include "dissectors/app/text.h"

namespace whydrop {

/// A server's line that begins with a three-digit code (RFC 5321, 4.2; RFC 959, 4.2): 4xx and 5xx are refusals.
inline Step read_coded_reply(const Line& line, PacketView& view) {
  const Text code = line.text.first(std::min<std::size_t>(line.text.size(), 3));
  if (status_code(code) == 0 || (line.text.size() > 3 && line.text[3] != ' ' && line.text[3] != '-'))
    return Step::done();
  ApplicationFacts& app = begin_message(view, ApplicationFacts::Role::reply);
  app.status = status_code(code);
  app.is_alert = app.status >= 400;
  app.append_name(line.text);
  return Step::done();
}

/// A server's line that says with its first words whether it refuses.
inline Step read_spoken_reply(const Line& line, bool is_alert, PacketView& view) {
  ApplicationFacts& app = begin_message(view, ApplicationFacts::Role::reply);
  app.is_alert = is_alert;
  app.append_name(line.text);
  return Step::done();
}

/// A client's command: letters alone. What follows may be a password.
inline Step read_command(const Line& line, PacketView& view) {
  const Text command = first_word(line);
  if (command.empty() || !std::ranges::all_of(command, is_letter)) return Step::done();
  begin_question(view).set_word(command);
  return Step::done();
}

}  // namespace whydrop
