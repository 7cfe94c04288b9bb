// RDP ([MS-RDPBCGR] 2.2.1.1, 2.2.1.2): the connection request in TPKT (RFC 1006) and X.224, and its confirm or failure.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

/// A failure in the confirm says which security the server insists on.
void read_negotiation(ByteReader& in, ApplicationFacts& app) {
  constexpr std::uint8_t kFailure = 3;
  const auto negotiation = in.take<8>();
  if (!negotiation || negotiation.u8<0>() != kFailure) return;
  app.is_alert = true;
  app.status = negotiation.le16<4>();
}

}  // namespace

Step dissect_rdp(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kTpktVersion = 3;
  constexpr std::uint8_t kRequest = 0xe0;
  constexpr std::uint8_t kConfirm = 0xd0;
  const auto header = in.take<11>();
  if (!header) return not_this_protocol(in);
  if (header.u8<0>() != kTpktVersion || header.be16<2>() != header.u8<4>() + 5U) return StopReason::bad_value;
  const std::uint8_t code = header.u8<5>();
  if (code != kRequest && code != kConfirm) return StopReason::bad_value;
  ApplicationFacts& app = code == kRequest ? begin_question(view) : begin_message(view, Role::reply);
  app.kind = code;
  if (code == kConfirm) read_negotiation(in, app);
  return Step::done();
}

}  // namespace whydrop
