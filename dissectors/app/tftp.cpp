// TFTP (RFC 1350): the request for a file, at the one port where it is known. The answer comes from another.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_tftp(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kRead = 1;
  constexpr std::uint16_t kWrite = 2;
  constexpr std::size_t kMaxName = 512;
  const auto header = in.take<2>();
  if (!header) return not_this_protocol(in);
  const std::uint16_t opcode = header.be16<0>();
  if (opcode != kRead && opcode != kWrite) return Step::done();
  const Text ahead = in.rest(kMaxName);
  const Text name = before(ahead, '\0');
  if (name.size() == ahead.size()) return in.captured() < in.claimed() ? Step(StopReason::cut) : Step::done();
  if (name.empty() || !std::ranges::all_of(name, is_printable)) return Step::done();

  // Not a question to this port: whether it is answered shows in another flow.
  ApplicationFacts& app = begin_message(view, ApplicationFacts::Role::request);
  app.kind = opcode;
  app.append_name(name);
  return Step::done();
}

}  // namespace whydrop
