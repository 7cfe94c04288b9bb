// TLS (RFC 8446, and 5246 before it) over TCP: the hello of either side with the name that the client asks for, or the
// alert that one gets instead.
#include "dissectors/app/message.h"
#include "dissectors/app/tls_hello.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

constexpr std::uint8_t kAlert = 21;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kClientHello = 1;
constexpr std::uint8_t kServerHello = 2;

/// Level and description. An encrypted alert is longer and does not say which; where it is the first that the capture
/// holds of a side, a connection is ending as they do, like with close_notify.
Step read_alert(ByteReader& in, std::size_t length, PacketView& view) {
  constexpr std::uint8_t kCloseNotify = 0;
  const bool is_plain = length == 2;
  const auto body = in.take<2>();
  if (!body) return not_this_protocol(in);
  ApplicationFacts& app = begin_message(view, Role::reply);
  app.kind = kAlert;
  if (is_plain) app.status = body.u8<1>();
  app.is_alert = app.status != kCloseNotify;
  return Step::done();
}

}  // namespace

Step dissect_tls(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kVersion3 = 0x0300;
  constexpr std::uint16_t kMaxVersion = 0x0304;
  constexpr std::size_t kMaxRecord = (1U << 14U) + 2048;  // RFC 5246, 6.2.3
  const auto record = in.take<5>();
  if (!record) return not_this_protocol(in);
  const std::size_t length = record.be16<3>();
  if (record.be16<1>() < kVersion3 || record.be16<1>() > kMaxVersion || length < 2 || length > kMaxRecord)
    return StopReason::bad_value;
  if (record.u8<0>() == kAlert) return read_alert(in, length, view);
  if (record.u8<0>() != kHandshake) return StopReason::bad_value;

  const auto handshake = in.take<4>();
  if (!handshake) return not_this_protocol(in);
  const std::uint8_t type = handshake.u8<0>();
  if (type == kClientHello) {
    ApplicationFacts& app = begin_question(view);
    app.kind = type;
    if (handshake.be24<1>() <= in.claimed()) in.limit(handshake.be24<1>());  // else it goes on in another segment
    const StopReason stop = read_client_hello(in, app);
    return stop == StopReason::cut ? Step(stop) : Step::done();
  }
  begin_message(view, type == kServerHello ? Role::reply : Role::other).kind = type;
  return Step::done();
}

}  // namespace whydrop
