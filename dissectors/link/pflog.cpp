// PFLOG: a packet that a rule of BSD's packet filter logged, with the verdict (net/if_pflog.h of OpenBSD, FreeBSD and
// Darwin, which differ behind the first 44 bytes; https://www.tcpdump.org/linktypes/LINKTYPE_PFLOG.html).
#include "dissectors/link/witness_text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr std::size_t kCommonLen = 44;
constexpr std::uint32_t kNoRule = 0xffff'ffff;

/// Those that all systems number alike.
constexpr std::array<std::string_view, 15> kReasons = {"match",       "bad-offset",  "fragment",       "short",
                                                       "normalize",   "memory",      "bad-timestamp",  "congestion",
                                                       "ip-option",   "proto-cksum", "state-mismatch", "state-insert",
                                                       "state-limit", "src-limit",   "synproxy"};

FrameVerdict verdict(unsigned action) {
  switch (action) {
    case 0: return FrameVerdict::passed;
    case 1: return FrameVerdict::dropped;   // with or without an answer to the sender: pf does not log which
    default: return FrameVerdict::unknown;  // scrub, nat, match …
  }
}

void append_rule(Witness& witness, const Header<kCommonLen>& header) {
  witness.append("rule ");
  if (header.be32<36>() == kNoRule) witness.append("default");
  else append_number(witness, header.be32<36>());
  const auto ruleset = c_string(header.bytes<20, 16>());
  if (header.be32<40>() == kNoRule && ruleset.empty()) return;
  witness.append('.');
  witness.append(ruleset);
  if (header.be32<40>() == kNoRule) return;
  witness.append('.');
  append_number(witness, header.be32<40>());
}

/// "rule 5.ftp-proxy.1(match) on em0", as tcpdump words it.
void testify(PacketView& view, const Header<kCommonLen>& header) {
  Witness& witness = view.witness;
  view.testify(Witness::Source::pflog, verdict(header.u8<2>()));
  append_rule(witness, header);
  const unsigned reason = header.u8<3>();
  witness.append('(');
  if (reason < kReasons.size()) witness.append(kReasons[reason]);
  else append_number(witness, reason);
  witness.append(") on ");
  witness.append(c_string(header.bytes<4, 16>()));
}

/// What is left of a header of `length` bytes in all. The direction stands behind the rule or, in all but the oldest,
/// behind four numbers of users and processes more.
StopReason read_direction(ByteReader& in, std::size_t length, FrameDirection& direction) {
  constexpr std::size_t kNumbersLen = 16;
  constexpr std::size_t kAlignment = 4;
  const std::size_t before = length > kCommonLen + kNumbersLen ? kNumbersLen : 0;
  if (!in.skip(before)) return in.shortage();
  const auto way = in.take<1>();
  if (!way) return in.shortage();
  if (way.u8<0>() == 1) direction = FrameDirection::inbound;
  if (way.u8<0>() == 2) direction = FrameDirection::outbound;
  const std::size_t aligned = (length + kAlignment - 1) / kAlignment * kAlignment;
  return in.skip(aligned - kCommonLen - before - 1) ? StopReason::none : in.shortage();
}

}  // namespace

Step dissect_pflog(ByteReader& in, PacketView& view) {
  const auto header = in.take<kCommonLen>();
  if (!header) return in.shortage();
  const std::size_t length = header.u8<0>();
  if (length <= kCommonLen) return StopReason::bad_length;
  if (const StopReason stop = read_direction(in, length, view.direction); stop != StopReason::none) return stop;
  testify(view, header);
  switch (header.u8<1>()) {
    case 2: return Claim{Space::ip_version, 4};
    case 24:  // OpenBSD
    case 28:  // FreeBSD
    case 30:  // Darwin
      return Claim{Space::ip_version, 6};
    default: return StopReason::unknown_next;
  }
}

}  // namespace whydrop
