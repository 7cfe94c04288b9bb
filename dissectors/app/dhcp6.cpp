// DHCPv6 (RFC 8415): message type, transaction, and the status that a server gives.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

// RFC 8415, 7.3. Relays wrap a message in one of their own.
constexpr std::uint8_t kAdvertise = 2;
constexpr std::uint8_t kReply = 7;
constexpr std::uint8_t kReconfigure = 10;
constexpr std::uint8_t kRelayForward = 12;
constexpr std::uint8_t kRelayReply = 13;

Role role_of(std::uint8_t type) {
  switch (type) {
    case kAdvertise:
    case kReply:
    case kRelayReply: return Role::reply;
    case kReconfigure: return Role::other;
    default: return Role::request;
  }
}

StopReason read_status(ByteReader& in, ApplicationFacts& app) {
  constexpr std::uint16_t kStatusCode = 13;
  while (in.claimed() != 0) {
    const auto head = in.take<4>();
    if (!head) return in.shortage();
    ByteReader value(in.rest(head.be16<2>()), head.be16<2>());
    if (!in.skip(head.be16<2>())) return in.shortage();
    if (head.be16<0>() != kStatusCode) continue;
    if (const auto status = value.take<2>()) app.status = status.be16<0>();
  }
  return StopReason::none;
}

}  // namespace

Step dissect_dhcp6(ByteReader& in, PacketView& view) {
  constexpr std::size_t kRelayHeaderRest = 30;  // hop count, link and peer address: 34 bytes
  const auto header = in.take<4>();
  if (!header) return not_this_protocol(in);
  const std::uint8_t type = header.u8<0>();
  if (type == 0 || type > kRelayReply) return Step::done();
  const bool relayed = type == kRelayForward || type == kRelayReply;
  if (relayed && !in.skip(kRelayHeaderRest)) return not_this_protocol(in);

  ApplicationFacts& app = begin_message(view, role_of(type));
  app.kind = type;
  app.expects_reply = app.role == Role::request && !relayed;
  if (!relayed) app.transaction = header.be24<1>();
  const StopReason stop = read_status(in, app);
  app.is_alert = app.status != 0;
  return stop == StopReason::none ? Step::done() : Step(stop);
}

}  // namespace whydrop
