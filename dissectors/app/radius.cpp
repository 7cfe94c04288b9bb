// RADIUS (RFC 2865, 2866, 5176): request or answer, and what was refused.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

enum class Answer : std::uint8_t { none, request, granted, refused };

/// IANA, RADIUS packet type codes.
Answer answer_of(std::uint8_t code) {
  switch (code) {
    case 1:   // Access-Request
    case 4:   // Accounting-Request
    case 12:  // Status-Server
    case 40:  // Disconnect-Request
    case 43:  // CoA-Request
      return Answer::request;
    case 2:   // Access-Accept
    case 5:   // Accounting-Response
    case 11:  // Access-Challenge
    case 41:  // Disconnect-ACK
    case 44:  // CoA-ACK
      return Answer::granted;
    case 3:   // Access-Reject
    case 42:  // Disconnect-NAK
    case 45:  // CoA-NAK
      return Answer::refused;
    default: return Answer::none;
  }
}

}  // namespace

Step dissect_radius(ByteReader& in, PacketView& view) {
  constexpr std::size_t kHeaderLen = 20;
  const auto header = in.take<kHeaderLen>();
  if (!header) return not_this_protocol(in);
  const Answer answer = answer_of(header.u8<0>());
  if (answer == Answer::none) return Step::done();
  const std::size_t length = header.be16<2>();
  if (length < kHeaderLen) return StopReason::bad_length;
  if (!in.limit(length - kHeaderLen)) return in.shortage();

  ApplicationFacts& app = answer == Answer::request ? begin_question(view) : begin_message(view, Role::reply);
  app.kind = header.u8<0>();
  app.transaction = header.u8<1>();
  app.is_alert = answer == Answer::refused;
  return Step::done();
}

}  // namespace whydrop
