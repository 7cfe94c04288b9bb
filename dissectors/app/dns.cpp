// DNS (RFC 1035), over TCP too (RFC 7766), multicast DNS (RFC 6762) and LLMNR (RFC 4795): who asks, what for, and with
// what result.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr unsigned kMaxOpcode = 6;  // RFC 8490; the port carries much that is no DNS

struct Flags {
  std::uint16_t bits;

  bool is_reply() const { return (bits & 0x8000U) != 0; }
  unsigned opcode() const { return bits >> 11U & 0xfU; }
  bool truncated() const { return (bits & 0x0200U) != 0; }
  std::uint16_t rcode() const { return bits & 0xfU; }
};

/// The labels joined by dots. The first name of a message cannot be compressed: nothing stands before it to point at.
StopReason read_name(ByteReader& in, ApplicationFacts& app) {
  constexpr std::size_t kMaxLabel = 63;
  constexpr std::size_t kMaxName = 255;
  const std::size_t start = in.offset();
  while (in.offset() - start < kMaxName) {
    const auto length = in.take<1>();
    if (!length) return in.shortage();
    if (length.u8<0>() == 0) return StopReason::none;
    if (length.u8<0>() > kMaxLabel) return StopReason::bad_value;
    const auto label = in.take_bytes(length.u8<0>());
    if (!label) return in.shortage();
    if (app.name_len != 0) app.append_name('.');
    app.append_name(*label);
  }
  return StopReason::bad_length;
}

/// To multicast DNS and LLMNR only those answer who know; known answers are not repeated at all.
bool is_to_group(const PacketFacts& facts) { return facts.dst_port == 5353 || facts.dst_port == 5355; }

StopReason read_question(ByteReader& in, ApplicationFacts& app) {
  const StopReason stop = read_name(in, app);
  if (stop != StopReason::none) return stop;
  const auto rest = in.take<4>();
  if (!rest) return in.shortage();
  app.kind = rest.be16<0>();
  return StopReason::none;
}

}  // namespace

Step dissect_dns(ByteReader& in, PacketView& view) {
  PacketFacts& facts = view.facts();
  if (facts.transport == Transport::tcp && !in.skip(2)) return in.shortage();  // the message's length
  const auto header = in.take<12>();
  if (!header) return in.shortage();
  const Flags flags{header.be16<2>()};
  const bool has_question = header.be16<4>() != 0;
  if (flags.opcode() > kMaxOpcode) return StopReason::bad_value;

  ApplicationFacts& app = facts.app;
  app.begin(view.current_dissector(),
            flags.is_reply() ? ApplicationFacts::Role::reply : ApplicationFacts::Role::request);
  app.expects_reply = !flags.is_reply() && flags.opcode() == 0 && has_question && !is_to_group(facts);
  app.truncated = flags.truncated();
  app.status = flags.rcode();
  app.transaction = header.be16<0>();

  const StopReason stop = has_question ? read_question(in, app) : StopReason::none;
  facts.has_app = !is_malformed(stop);
  if (stop == StopReason::none) return Step::done();
  app.name_len = 0;  // half a name is another name
  return stop;
}

}  // namespace whydrop
