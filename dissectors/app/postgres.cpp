// The PostgreSQL frontend/backend protocol (PostgreSQL documentation, "Message Formats"): startup, what the server asks
// for, or its error instead.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

Step read_startup(ByteReader& in, PacketView& view) {
  constexpr std::uint32_t kVersion3 = 3U << 16U;
  constexpr std::uint32_t kCancel = 1234U << 16U | 5678U;  // never answered
  constexpr std::uint32_t kTls = 1234U << 16U | 5679U;
  constexpr std::uint32_t kGss = 1234U << 16U | 5680U;
  const auto header = in.take<8>();
  if (!header) return not_this_protocol(in);
  const std::uint32_t code = header.be32<4>();
  const bool is_version3 = (code & 0xffff'0000U) == kVersion3;
  if (header.be32<0>() < 8 || (!is_version3 && code != kCancel && code != kTls && code != kGss))
    return StopReason::bad_value;
  begin_message(view, Role::request).expects_reply = code != kCancel;
  return Step::done();
}

/// Fields of a letter and a text each: 'C' is the SQLSTATE, 'M' says it in words.
void read_error(ByteReader& in, ApplicationFacts& app) {
  constexpr std::size_t kMaxField = 512;
  app.is_alert = true;
  while (const auto field = in.take<1>()) {
    const Text ahead = in.rest(kMaxField);
    const Text value = before(ahead, '\0');
    if (value.size() == ahead.size()) return;
    if (field.u8<0>() == 'C') app.set_word(value);
    if (field.u8<0>() == 'M') app.append_name(value);
    in.skip(value.size() + 1);
  }
}

}  // namespace

Step dissect_postgres(ByteReader& in, PacketView& view) {
  if (!is_from_service(view.facts())) return read_startup(in, view);
  const auto type = in.take<1>();
  if (!type) return not_this_protocol(in);
  const std::uint8_t letter = type.u8<0>();
  // 'S' and 'N' alone: TLS or not.
  if (in.claimed() == 0 && (letter == 'S' || letter == 'N')) {
    begin_message(view, Role::reply).kind = letter;
    return Step::done();
  }
  const auto length = in.take<4>();
  if (!length) return not_this_protocol(in);
  if ((letter != 'R' && letter != 'E' && letter != 'N' && letter != 'v') || length.be32<0>() < 4)
    return StopReason::bad_value;
  if (length.be32<0>() - 4 <= in.claimed()) in.limit(length.be32<0>() - 4);
  ApplicationFacts& app = begin_message(view, Role::reply);
  app.kind = letter;
  if (letter == 'E') read_error(in, app);
  return Step::done();
}

}  // namespace whydrop
