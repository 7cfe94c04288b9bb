// Encrypted tunnels, which are known by name and not entered: what they say in clear is who asks and who answers.
#pragma once

#include "src/wire/dissector.h"

namespace whydrop {

inline Step recognized(PacketView& view, ApplicationFacts::Role role) {
  PacketFacts& facts = view.facts();
  facts.app.begin(view.current_dissector(), role);
  facts.app.expects_reply = role == ApplicationFacts::Role::request;
  facts.has_app = true;
  return Step::done();
}

}  // namespace whydrop
