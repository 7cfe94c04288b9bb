// STUN (RFC 8489) and TURN (RFC 8656): request, response with its error, indication.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

constexpr std::uint16_t kClass = 0x0110;
constexpr std::uint16_t kIndication = 0x0010;
constexpr std::uint16_t kError = 0x0110;

/// The method's bits lie around those of the class (RFC 8489, 5).
std::uint16_t method_of(unsigned type) {
  return static_cast<std::uint16_t>((type & 0x000fU) | (type & 0x00e0U) >> 1U | (type & 0x3e00U) >> 2U);
}

StopReason read_error(ByteReader& in, ApplicationFacts& app) {
  constexpr std::uint16_t kErrorCode = 0x0009;
  while (in.claimed() != 0) {
    const auto head = in.take<4>();
    if (!head) return in.shortage();
    const std::size_t padded = (head.be16<2>() + std::size_t{3}) / 4 * 4;
    ByteReader value(in.rest(padded), padded);
    if (!in.skip(padded)) return in.shortage();
    if (head.be16<0>() != kErrorCode) continue;
    if (const auto code = value.take<4>()) {
      app.status = static_cast<std::uint16_t>((code.u8<2>() & 7U) * 100U + code.u8<3>());
    }
  }
  return StopReason::none;
}

}  // namespace

Step dissect_stun(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kMagicCookie = 0x2112a442;
  constexpr std::uint16_t kZeroBits = 0xc000;
  const auto header = in.take<20>();
  if (!header) return not_this_protocol(in);
  const std::uint16_t type = header.be16<0>();
  if (header.be32<4>() != kMagicCookie || (type & kZeroBits) != 0) return Step::done();
  if (!in.limit(header.be16<2>())) return in.shortage();

  const std::uint16_t kind = type & kClass;
  ApplicationFacts& app =
      kind == 0 ? begin_question(view) : begin_message(view, kind == kIndication ? Role::other : Role::reply);
  app.kind = method_of(type);
  app.transaction = header.be32<8>();
  if (kind != kError) return Step::done();
  const StopReason stop = read_error(in, app);
  return stop == StopReason::none ? Step::done() : Step(stop);
}

}  // namespace whydrop
