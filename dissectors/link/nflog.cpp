// Linux NFLOG (https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html; linux/netfilter/nfnetlink_log.h): a packet that a
// firewall rule logged, with the rule's own words. What the next rule did with it is not said.
#include "dissectors/link/netlink_attribute.h"
#include "dissectors/link/witness_text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Bytes = std::span<const std::uint8_t>;

enum Attribute : std::uint8_t {
  kPacketHeader = 1,
  kIndexIn = 4,
  kIndexOut = 5,
  kPayload = 9,
  kPrefix = 10,
};
enum Family : std::uint8_t { kAny = 1, kIpv4 = 2, kBridge = 7, kIpv6 = 10 };
enum Hook : std::uint8_t { kPrerouting, kInput, kForward, kOutput, kPostrouting, kHooks };
constexpr std::uint8_t kNoHook = kHooks;

struct Logged {
  std::uint16_t ether_type = 0;
  std::uint8_t hook = kNoHook;
  std::uint32_t index_in = 0;  ///< of interfaces; 0: none
  std::uint32_t index_out = 0;
  Bytes prefix;
};

std::uint32_t number(Bytes value) {
  const auto whole = ByteReader(value, value.size()).take<4>();
  return whole ? whole.be32<0>() : 0;
}

void note(Logged& logged, unsigned type, Bytes value) {
  switch (type) {
    case kPacketHeader:
      logged.ether_type = static_cast<std::uint16_t>(number(value) >> 16U);
      logged.hook = number(value) >> 8U & 0xffU;
      break;
    case kIndexIn: logged.index_in = number(value); break;
    case kIndexOut: logged.index_out = number(value); break;
    case kPrefix: logged.prefix = c_string(value); break;
    default: break;
  }
}

/// ARP and device rules count their hooks otherwise.
bool has_ip_hooks(unsigned family) { return family == kAny || family == kIpv4 || family == kIpv6 || family == kBridge; }

FrameDirection direction(unsigned hook, FrameDirection otherwise) {
  switch (hook) {
    case kPrerouting:
    case kInput: return FrameDirection::inbound;
    case kOutput:
    case kPostrouting: return FrameDirection::outbound;
    default: return otherwise;
  }
}

void append_index(Witness& witness, std::string_view what, std::uint32_t index) {
  if (index == 0) return;
  witness.append(what);
  append_number(witness, index);
}

/// "DROP-FORWARD: FORWARD in 2 out 3"
void testify(PacketView& view, const Logged& logged) {
  constexpr std::array<std::string_view, kHooks> kNames{"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"};
  Witness& witness = view.witness;
  view.testify(Witness::Source::nflog, FrameVerdict::unknown);
  witness.append(logged.prefix);
  if (!logged.prefix.empty() && logged.prefix.back() != ' ') witness.append(' ');
  witness.append(logged.hook < kHooks ? kNames[logged.hook] : "logged");
  append_index(witness, " in ", logged.index_in);
  append_index(witness, " out ", logged.index_out);
}

Step payload(unsigned family, std::uint16_t ether_type) {
  switch (family) {
    case kIpv4: return Claim{Space::ip_version, 4};
    case kIpv6: return Claim{Space::ip_version, 6};
    default: return Claim{Space::ether_type, ether_type};
  }
}

}  // namespace

Step dissect_nflog(ByteReader& in, PacketView& view) {
  const auto header = in.take<4>();
  if (!header) return in.shortage();
  if (header.u8<1>() != 0) return StopReason::bad_version;
  const auto first = in.peek<4>();
  if (!first) return in.shortage();
  // The types are below 256.
  const HostOrder order = HostOrder::little((first.u8<3>() & 0x7fU) == 0);
  const unsigned family = header.u8<0>();
  Logged logged;
  const StopReason stop =
      find_attribute(in, order, kPayload, [&](unsigned type, Bytes value) { note(logged, type, value); });
  if (stop != StopReason::none) return stop;
  if (!has_ip_hooks(family)) logged.hook = kNoHook;
  view.direction = direction(logged.hook, view.direction);
  testify(view, logged);
  if (in.claimed() == 0) return Step::done();
  in = in.quoted();  // a rule may copy the first bytes only
  return payload(family, logged.ether_type);
}

}  // namespace whydrop
