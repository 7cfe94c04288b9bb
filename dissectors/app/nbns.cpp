// The NetBIOS name service (RFC 1002, 4.2): who asks for which name, of whom, and with what result.
#include "dissectors/app/message.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

constexpr std::size_t kEncodedLen = 32;

/// Two letters for each of sixteen bytes (RFC 1001, 14.1): fifteen of name with blanks behind, one of kind.
bool read_name(std::span<const std::uint8_t, kEncodedLen> letters, ApplicationFacts& app) {
  std::array<std::uint8_t, kEncodedLen / 2> name{};
  for (std::size_t at = 0; at < name.size(); ++at) {
    const unsigned high = letters[2 * at] - unsigned{'A'};
    const unsigned low = letters[2 * at + 1] - unsigned{'A'};
    if (high > 0xf || low > 0xf) return false;
    name[at] = static_cast<std::uint8_t>(high << 4U | low);
  }
  std::size_t length = name.size() - 1;
  while (length != 0 && (name[length - 1] == ' ' || name[length - 1] == 0)) --length;
  app.append_name(std::span(name).first(length));
  return true;
}

/// The name, its end, and the type of the question.
StopReason read_question(ByteReader& in, ApplicationFacts& app) {
  const auto name = in.take<1 + kEncodedLen>();
  if (!name) return in.shortage();
  if (name.u8<0>() != kEncodedLen || !read_name(name.bytes<1, kEncodedLen>(), app)) return StopReason::bad_value;
  while (const auto label = in.take<1>()) {  // a scope
    if (label.u8<0>() == 0) {
      if (const auto type = in.take<2>()) app.kind = type.be16<0>();
      return in.shortage();
    }
    if (!in.skip(label.u8<0>())) return in.shortage();
  }
  return in.shortage();
}

}  // namespace

Step dissect_nbns(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kResponse = 0x8000;
  constexpr std::uint16_t kBroadcast = 0x0010;
  constexpr unsigned kMaxOpcode = 15;
  const auto header = in.take<12>();
  if (!header) return not_this_protocol(in);
  const std::uint16_t flags = header.be16<2>();
  const unsigned opcode = flags >> 11U & kMaxOpcode;
  const bool is_known = opcode == 0 || (opcode >= 5 && opcode <= 9);
  if (!is_known || header.be16<4>() > 1) return Step::done();  // one name at a time

  const bool is_reply = (flags & kResponse) != 0;
  ApplicationFacts& app = view.facts().app;
  app.begin(view.current_dissector(), is_reply ? Role::reply : Role::request);
  app.expects_reply = !is_reply && (flags & kBroadcast) == 0;
  app.transaction = header.be16<0>();
  app.status = flags & 0xfU;
  const StopReason stop = read_question(in, app);
  if (is_malformed(stop)) return Step::done();
  view.facts().has_app = true;
  return stop == StopReason::none ? Step::done() : Step(stop);
}

}  // namespace whydrop
