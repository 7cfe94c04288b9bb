// SNMP, versions 1 (RFC 1157), 2c (RFC 3416) and 3 (RFC 3412): request, response or trap. Communities stay unread: they
// are passwords.
#include "dissectors/app/ber.h"
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

constexpr std::uint8_t kResponse = 0xa2;
constexpr std::uint8_t kTrapV1 = 0xa4;
constexpr std::uint8_t kTrapV2 = 0xa7;
constexpr std::uint8_t kReport = 0xa8;

/// Get, GetNext, Set, GetBulk and Inform are answered, to who knows the community.
Role role_of(std::uint8_t pdu) {
  switch (pdu) {
    case kResponse:
    case kReport: return Role::reply;
    case kTrapV1:
    case kTrapV2: return Role::other;
    default: return Role::request;
  }
}

Step read_pdu(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kFirst = 0xa0;
  const auto pdu = take_ber(in);
  if (!pdu) return not_this_protocol(in);
  if (pdu->tag < kFirst || pdu->tag > kReport) return Step::done();
  ApplicationFacts& app = begin_message(view, role_of(pdu->tag));
  app.kind = pdu->tag;
  app.expects_reply = app.role == Role::request;
  if (pdu->tag == kTrapV1) return Step::done();  // of another shape
  if (!in.limit(pdu->length)) return in.shortage();
  if (const auto request_id = take_ber_number(in)) app.transaction = *request_id;
  const auto status = take_ber_number(in);
  if (status && pdu->tag == kResponse) app.status = static_cast<std::uint16_t>(*status);
  return in.shortage() == StopReason::none ? Step::done() : Step(in.shortage());
}

/// Version 3: who may answer is in the flags; what is asked may be encrypted.
Step read_v3(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kReportable = 0x04;
  if (!enter_ber(in, ber::kSequence)) return not_this_protocol(in);
  const auto message_id = take_ber_number(in);
  const auto max_size = take_ber_number(in);
  const auto flags = take_ber_number(in, ber::kOctetString);
  const auto model = take_ber_number(in);
  if (!message_id || !max_size || !flags || !model) return not_this_protocol(in);
  ApplicationFacts& app = (*flags & kReportable) != 0 ? begin_question(view) : begin_message(view, Role::other);
  app.transaction = *message_id;
  if (!app.expects_reply && is_from_service(view.facts())) app.role = Role::reply;
  return Step::done();
}

}  // namespace

Step dissect_snmp(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kVersion3 = 3;
  const auto message = take_ber(in);
  if (!message) return not_this_protocol(in);
  if (message->tag != ber::kSequence) return Step::done();
  const auto version = take_ber_number(in);
  if (!version) return not_this_protocol(in);
  if (*version == kVersion3) return read_v3(in, view);
  if (*version > 1 || !skip_ber(in, ber::kOctetString)) return not_this_protocol(in);
  return read_pdu(in, view);
}

}  // namespace whydrop
