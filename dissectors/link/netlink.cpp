// Linux netlink (RFC 3549; https://www.tcpdump.org/linktypes/LINKTYPE_NETLINK.html), of which one message carries a
// packet: the drop monitor's alert that the kernel dropped it, where and why (linux/net_dropmon.h).
#include "dissectors/link/netlink_attribute.h"
#include "dissectors/link/witness_text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Bytes = std::span<const std::uint8_t>;

enum Attribute : std::uint8_t {
  kSymbol = 3,
  kProtocol = 6,
  kPayload = 7,
  kOrigin = 14,
  kTrapName = 16,
  kReason = 23,
};

constexpr std::size_t kHeaderLen = 16;
constexpr std::size_t kGenericHeaderLen = 4;
constexpr std::size_t kAlertStartLen = kHeaderLen + kGenericHeaderLen + 8;  // with the first attribute

struct Drop {
  std::uint16_t ether_type = 0;
  Bytes reason;  ///< of software, or the name of a trap of hardware
  Bytes symbol;
};

void note(Drop& drop, HostOrder order, unsigned type, Bytes value) {
  switch (type) {
    case kSymbol: drop.symbol = c_string(value); break;
    case kReason:
    case kTrapName: drop.reason = c_string(value); break;
    case kProtocol:
      if (const auto number = ByteReader(value, value.size()).take<2>()) drop.ether_type = order.u16<0>(number);
      break;
    default: break;
  }
}

/// "NETFILTER_DROP nf_hook_slow+0xd5"
void testify(PacketView& view, const Drop& drop) {
  view.testify(Witness::Source::drop_monitor, FrameVerdict::dropped);
  view.witness.append(drop.reason);
  if (!drop.reason.empty() && !drop.symbol.empty()) view.witness.append(' ');
  view.witness.append(drop.symbol);
}

/// The packet begins with its Ethernet header where it had one when it was dropped.
Step payload(ByteReader& in, std::uint16_t ether_type) {
  const auto ethernet = in.peek<14>();
  if (!ethernet) return in.shortage();
  if (ethernet.be16<12>() == ether_type) return Claim{Space::link_type, 1};
  return Claim{Space::ether_type, ether_type};
}

/// Families of generic netlink are numbered as they come. This command of the drop monitor begins with its origin.
bool is_drop_alert(const Header<kAlertStartLen>& header, HostOrder order) {
  constexpr std::uint16_t kFirstFamily = 16;
  constexpr std::uint8_t kPacketAlert = 5;
  constexpr std::uint16_t kOriginLen = 6;
  return order.u16<4>(header) >= kFirstFamily && header.u8<16>() == kPacketAlert &&
         order.u16<20>(header) == kOriginLen && order.u16<22>(header) == kOrigin;
}

}  // namespace

Step dissect_netlink(ByteReader& in, PacketView& view) {
  constexpr std::uint16_t kGeneric = 16;
  const auto cooked = in.take<16>();
  if (!cooked) return in.shortage();
  if (cooked.be16<14>() != kGeneric) return Step::done();
  const auto length = in.peek<4>();
  if (!length) return in.shortage();
  const HostOrder order = HostOrder::of_small<0>(length);
  if (order.u32<0>(length) < kHeaderLen) return StopReason::bad_length;
  if (!in.limit(order.u32<0>(length))) return in.shortage();
  if (in.claimed() < kAlertStartLen) return Step::done();
  const auto header = in.peek<kAlertStartLen>();
  if (!header) return in.shortage();
  if (!is_drop_alert(header, order)) return Step::done();
  in.skip(kHeaderLen + kGenericHeaderLen);
  Drop drop;
  const StopReason stop =
      find_attribute(in, order, kPayload, [&](unsigned type, Bytes value) { note(drop, order, type, value); });
  if (stop != StopReason::none) return stop;
  testify(view, drop);
  if (in.claimed() == 0) return Step::done();
  in = in.quoted();  // the monitor may be told to copy the first bytes only
  return payload(in, drop.ether_type);
}

}  // namespace whydrop
