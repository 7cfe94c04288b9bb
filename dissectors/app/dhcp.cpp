// DHCP (RFC 2131) over IPv4: message type and transaction.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

// RFC 2132, 9.6.
constexpr std::uint8_t kDiscover = 1;
constexpr std::uint8_t kRequest = 3;
constexpr std::uint8_t kNak = 6;
constexpr std::uint8_t kInform = 8;

StopReason read_message_type(ByteReader& in, ApplicationFacts& app) {
  constexpr unsigned kPad = 0;
  constexpr unsigned kMessageType = 53;
  constexpr unsigned kEnd = 255;
  while (in.claimed() != 0) {
    const auto code = in.take<1>();
    if (!code) return in.shortage();
    if (code.u8<0>() == kEnd) return StopReason::none;
    if (code.u8<0>() == kPad) continue;
    const auto length = in.take<1>();
    if (!length) return in.shortage();
    const auto value = in.take_bytes(length.u8<0>());
    if (!value) return in.shortage();
    if (code.u8<0>() != kMessageType || value->empty()) continue;
    app.kind = value->front();
    return StopReason::none;
  }
  return StopReason::none;  // BOOTP (RFC 951) had no types
}

}  // namespace

Step dissect_dhcp(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kMagicCookie = 0x63825363;
  constexpr std::uint8_t kBootRequest = 1;
  constexpr std::uint8_t kBootReply = 2;
  const auto header = in.take<240>();
  if (!header) return not_this_protocol(in);
  const std::uint8_t op = header.u8<0>();
  if (header.be32<236>() != kMagicCookie || (op != kBootRequest && op != kBootReply)) return Step::done();

  ApplicationFacts& app = begin_message(view, op == kBootRequest ? Role::request : Role::reply);
  app.transaction = header.be32<4>();
  const StopReason stop = read_message_type(in, app);
  // RELEASE and DECLINE are farewells.
  app.expects_reply = op == kBootRequest && (app.kind == kDiscover || app.kind == kRequest || app.kind == kInform);
  app.is_alert = app.kind == kNak;
  return stop == StopReason::none ? Step::done() : Step(stop);
}

}  // namespace whydrop
