// SMB 1 ([MS-CIFS] 2.2.3.1) and SMB 2 and 3 ([MS-SMB2] 2.2.1) over TCP, and the NetBIOS session (RFC 1002, 4.3) that
// older clients set up first.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

ApplicationFacts& begin_side(PacketView& view, bool is_reply) {
  return is_reply ? begin_message(view, Role::reply) : begin_question(view);
}

Step read_session(std::uint8_t type, ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kRequest = 0x81;
  constexpr std::uint8_t kNegative = 0x83;
  ApplicationFacts& app = begin_side(view, type != kRequest);
  app.kind = type;
  if (type != kNegative) return Step::done();
  app.is_alert = true;
  if (const auto code = in.take<1>()) app.status = code.u8<0>();
  return Step::done();
}

Step read_smb1(ByteReader& in, PacketView& view) {
  constexpr std::uint8_t kReply = 0x80;
  const auto header = in.take<10>();
  if (!header) return not_this_protocol(in);
  ApplicationFacts& app = begin_side(view, (header.u8<9>() & kReply) != 0);
  app.kind = header.u8<4>();
  app.is_alert = app.role == Role::reply && header.le32<5>() != 0;
  app.status = header.le16<5>();
  return Step::done();
}

Step read_smb2(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kReply = 1;
  constexpr std::uint32_t kMoreProcessing = 0xc0000016;  // of a login that goes on
  constexpr std::uint32_t kErrors = 0xc0000000;
  const auto header = in.take<20>();
  if (!header) return not_this_protocol(in);
  ApplicationFacts& app = begin_side(view, (header.le32<16>() & kReply) != 0);
  app.kind = header.le16<12>();
  if (app.role != Role::reply) return Step::done();
  app.is_alert = header.le32<8>() >= kErrors && header.le32<8>() != kMoreProcessing;
  app.status = header.le16<8>();
  return Step::done();
}

}  // namespace

Step dissect_smb(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kSmb1 = 0xff534d42;
  constexpr std::uint32_t kSmb2 = 0xfe534d42;
  constexpr std::uint8_t kFirstSession = 0x81;
  constexpr std::uint8_t kLastSession = 0x83;
  const auto session = in.take<4>();
  if (!session) return not_this_protocol(in);
  const std::uint8_t type = session.u8<0>();
  if (type >= kFirstSession && type <= kLastSession && session.u8<1>() <= 1) return read_session(type, in, view);
  const auto magic = in.peek<4>();
  if (!magic) return not_this_protocol(in);
  if (type == 0 && magic.be32<0>() == kSmb1) return read_smb1(in, view);
  if (type == 0 && magic.be32<0>() == kSmb2) return read_smb2(in, view);
  return StopReason::bad_value;
}

}  // namespace whydrop
