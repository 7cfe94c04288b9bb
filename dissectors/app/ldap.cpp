// LDAP (RFC 4511) over TCP, and over UDP as domain controllers are found ([MS-ADTS] 6.3.3): operation and result.
#include "dissectors/app/ber.h"
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

/// RFC 4511, 4.2 to 4.14, by their application tags.
Role role_of(std::uint8_t operation) {
  switch (operation) {
    case 0x60:  // bind
    case 0x63:  // search
    case 0x66:  // modify
    case 0x68:  // add
    case 0x4a:  // delete
    case 0x6c:  // rename
    case 0x6e:  // compare
    case 0x77:  // extended, as StartTLS
      return Role::request;
    case 0x61:
    case 0x64:  // entry,
    case 0x65:  //   the search is done,
    case 0x73:  //   or goes on elsewhere
    case 0x67:
    case 0x69:
    case 0x6b:
    case 0x6d:
    case 0x6f:
    case 0x78:
    case 0x79: return Role::reply;
    default: return Role::other;
  }
}

bool is_refusal(std::uint16_t result) {
  constexpr std::uint16_t kCompareFalse = 5;
  constexpr std::uint16_t kCompareTrue = 6;
  constexpr std::uint16_t kReferral = 10;
  constexpr std::uint16_t kBindInProgress = 14;
  return result != 0 && result != kCompareFalse && result != kCompareTrue && result != kReferral &&
         result != kBindInProgress;
}

}  // namespace

Step dissect_ldap(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kUnbind = 0x42;
  constexpr std::uint8_t kAbandon = 0x50;
  if (!enter_ber(in, ber::kSequence)) return not_this_protocol(in);
  const auto id = take_ber_number(in);
  if (!id) return not_this_protocol(in);
  const auto operation = take_ber(in);
  if (!operation) return not_this_protocol(in);
  const Role role = role_of(operation->tag);
  if (role == Role::other && operation->tag != kUnbind && operation->tag != kAbandon) return Step::done();

  ApplicationFacts& app = role == Role::request ? begin_question(view) : begin_message(view, role);
  app.kind = operation->tag;
  app.transaction = *id;
  if (role != Role::reply) return Step::done();
  if (const auto result = take_ber_number(in, ber::kEnumerated)) app.status = static_cast<std::uint16_t>(*result);
  app.is_alert = is_refusal(app.status);
  return Step::done();
}

}  // namespace whydrop
