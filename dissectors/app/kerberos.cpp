// Kerberos (RFC 4120) over UDP and TCP: request, reply, or the error instead of one.
#include "dissectors/app/ber.h"
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr std::uint8_t kAsRequest = 0x6a;
constexpr std::uint8_t kAsReply = 0x6b;
constexpr std::uint8_t kTgsRequest = 0x6c;
constexpr std::uint8_t kTgsReply = 0x6d;
constexpr std::uint8_t kError = 0x7e;

/// RFC 4120, 5.9.1: a sequence of tagged fields, error-code being [6].
std::uint16_t error_code(ByteReader in) {
  constexpr std::uint8_t kErrorCode = 0xa6;
  if (!enter_ber(in, ber::kSequence)) return 0;
  while (const auto field = take_ber(in)) {
    if (field->tag == kErrorCode) return static_cast<std::uint16_t>(take_ber_number(in).value_or(0));
    if (!in.skip(field->length)) return 0;
  }
  return 0;
}

/// The first try is answered like this as a matter of course: with what pre-authentication to use, or to come by TCP.
bool is_ordinary(std::uint16_t code) {
  constexpr std::uint16_t kPreauthRequired = 25;
  constexpr std::uint16_t kResponseTooBig = 52;
  return code == kPreauthRequired || code == kResponseTooBig;
}

}  // namespace

Step dissect_kerberos(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kNumber = 0x1f;
  const PacketFacts& facts = view.facts();
  const bool over_tcp = facts.transport == Transport::tcp;
  if (over_tcp && !in.skip(4)) return not_this_protocol(in);  // the message's length
  const auto message = take_ber(in);
  if (!message || (!over_tcp && !facts.ip.is_fragment() && message->length != in.claimed()))
    return not_this_protocol(in);
  switch (message->tag) {
    case kAsRequest:
    case kTgsRequest: begin_question(view); break;
    case kAsReply:
    case kTgsReply:
    case kError: begin_message(view, ApplicationFacts::Role::reply); break;
    default: return Step::done();
  }
  ApplicationFacts& app = view.facts().app;
  app.kind = message->tag & kNumber;
  if (message->tag != kError) return Step::done();
  app.status = error_code(in);
  app.is_alert = !is_ordinary(app.status);
  return Step::done();
}

}  // namespace whydrop
