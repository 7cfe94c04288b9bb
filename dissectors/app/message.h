// What application dissectors share: how they begin, and how they say that a port promised something else.
#pragma once

#include "src/wire/byte_reader.h"
#include "src/wire/dissector.h"
#include "src/wire/packet_view.h"

namespace whydrop {

/// From here on the packet is a message of the running dissector's protocol.
inline ApplicationFacts& begin_message(PacketView& view, ApplicationFacts::Role role) {
  PacketFacts& facts = view.facts();
  facts.has_app = true;
  facts.app.begin(view.current_dissector(), role);
  return facts.app;
}

/// A request that its protocol always answers.
inline ApplicationFacts& begin_question(PacketView& view) {
  ApplicationFacts& app = begin_message(view, ApplicationFacts::Role::request);
  app.expects_reply = true;
  return app;
}

/// The bytes do not keep what the port's number promises. Ports lie, so that nothing is malformed; but where the
/// capture ends before that could be told, it is cut.
inline Step not_this_protocol(const ByteReader& in) {
  if (in.shortage() == StopReason::cut) return StopReason::cut;
  return Step::done();
}

/// Services have the lower port: clients' ports are ephemeral.
inline bool is_from_service(const PacketFacts& facts) { return facts.src_port < facts.dst_port; }

}  // namespace whydrop
