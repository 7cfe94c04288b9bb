// NTP (RFC 5905): who asks, and the kiss of death (7.4) that some get; its control messages (RFC 9327), and ntpd's
// private ones.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

constexpr unsigned kClient = 3;
constexpr unsigned kServer = 4;
constexpr unsigned kControl = 6;
constexpr unsigned kPrivate = 7;
constexpr std::uint8_t kResponse = 0x80;

Step read_time(ByteReader& in, unsigned mode, PacketView& view) {
  const auto header = in.take<48>();
  if (!header) return not_this_protocol(in);
  ApplicationFacts& app =
      mode == kClient ? begin_question(view) : begin_message(view, mode == kServer ? Role::reply : Role::other);
  app.kind = static_cast<std::uint16_t>(mode);
  app.is_alert = mode == kServer && header.u8<1>() == 0;  // stratum 0: the reference says why, as "RATE" or "DENY"
  if (app.is_alert) app.set_word(header.bytes<12, 4>());
  return Step::done();
}

Step read_control(ByteReader& in, unsigned mode, PacketView& view) {
  const auto header = in.take<8>();
  if (!header) return not_this_protocol(in);
  const std::uint8_t flags = mode == kControl ? header.u8<1>() : header.u8<0>();
  ApplicationFacts& app = (flags & kResponse) != 0 ? begin_message(view, Role::reply) : begin_question(view);
  app.kind = static_cast<std::uint16_t>(mode);
  return Step::done();
}

}  // namespace

Step dissect_ntp(ByteReader& in, PacketView& view) {
  constexpr unsigned kMaxVersion = 4;
  const auto first = in.peek<1>();
  if (!first) return not_this_protocol(in);
  const unsigned version = first.u8<0>() >> 3U & 7U;
  const unsigned mode = first.u8<0>() & 7U;
  if (version == 0 || version > kMaxVersion || mode == 0) return Step::done();
  return mode == kControl || mode == kPrivate ? read_control(in, mode, view) : read_time(in, mode, view);
}

}  // namespace whydrop
