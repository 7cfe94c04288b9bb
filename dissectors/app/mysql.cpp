// The MySQL client/server protocol (dev.mysql.com, "Connection Phase"): greeting, or the error instead of it, as for a
// host that is blocked; and the client's login.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

constexpr std::size_t kMaxText = 512;

/// Code and words; a state of five characters between them only once the client has said what it can.
Step read_error(ByteReader& in, PacketView& view) {
  constexpr std::size_t kStateLen = 6;
  const auto code = in.take<2>();
  if (!code) return not_this_protocol(in);
  ApplicationFacts& app = begin_message(view, Role::reply);
  app.is_alert = true;
  app.status = code.le16<0>();
  if (const auto mark = in.peek<1>(); mark && mark.u8<0>() == '#') in.skip(kStateLen);
  app.append_name(in.rest(kMaxText));
  return Step::done();
}

Step read_greeting(ByteReader& in, PacketView& view) {
  const Text ahead = in.rest(kMaxText);
  const Text version = before(ahead, '\0');
  if (version.empty() || !std::ranges::all_of(version, is_printable)) return StopReason::bad_value;
  ApplicationFacts& app = begin_message(view, Role::reply);
  if (version.size() < ahead.size()) app.append_name(version);
  return Step::done();
}

}  // namespace

Step dissect_mysql(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kProtocol = 10;
  constexpr std::uint8_t kError = 0xff;
  const auto header = in.take<5>();
  if (!header) return not_this_protocol(in);
  const std::size_t length = header.le16<0>() | std::size_t{header.u8<2>()} << 16U;
  const bool is_first = header.u8<3>() == 0;
  if (length == 0) return StopReason::bad_length;
  if (!in.limit(length - 1)) return in.shortage();
  if (is_from_service(view.facts())) {
    if (header.u8<4>() == kError) return read_error(in, view);
    return is_first && header.u8<4>() == kProtocol ? read_greeting(in, view) : Step(StopReason::bad_value);
  }
  if (is_first || header.u8<3>() > 1) return StopReason::bad_value;  // the login answers the greeting's number
  begin_question(view);
  return Step::done();
}

}  // namespace whydrop
