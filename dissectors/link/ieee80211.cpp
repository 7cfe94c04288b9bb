// IEEE 802.11 data frames (9.3.2), down to the logical link control in them. Management, control, and whatever is
// encrypted ends here.
#include "dissectors/registry.h"

namespace whydrop {
namespace {

enum FrameControl : std::uint16_t {
  kVersion = 0x0300,
  kType = 0x0c00,
  kData = 0x0800,
  kNoData = 0x4000,
  kQos = 0x8000,
  kToDistribution = 0x0001,
  kFromDistribution = 0x0002,
  kMoreFragments = 0x0004,
  kProtected = 0x0040,
  kOrder = 0x0080,
};
constexpr unsigned kFragmentNumber = 0x0f;
constexpr std::uint16_t kSeveralFrames = 0x80;  // of QoS control: the body is an A-MSDU
constexpr Claim kLlc{Space::ether_type, 0x0004};

/// Which of the addresses are the ends depends on the way through the access point (table 9-30).
StopReason read_ends(ByteReader& in, const Header<24>& header, PacketView& view) {
  const unsigned control = header.be16<0>();
  const bool to = (control & kToDistribution) != 0;
  const bool from = (control & kFromDistribution) != 0;
  view.dst_mac = MacAddress::of(to ? header.bytes<16, 6>() : header.bytes<4, 6>());
  view.src_mac = MacAddress::of(from ? header.bytes<16, 6>() : header.bytes<10, 6>());
  if (to && from) {
    const auto fourth = in.take<6>();
    if (!fourth) return in.shortage();
    view.src_mac = MacAddress::of(fourth.bytes<0, 6>());
  }
  view.has_macs = true;
  return StopReason::none;
}

/// The first of the frames that share one; the others are not read.
Step read_aggregate(ByteReader& in, PacketView& view) {
  const auto header = in.take<14>();
  if (!header) return in.shortage();
  view.dst_mac = MacAddress::of(header.bytes<0, 6>());
  view.src_mac = MacAddress::of(header.bytes<6, 6>());
  if (!in.limit(header.be16<12>())) return in.shortage();
  return kLlc;
}

/// Some receivers align the body to four bytes. No LLC header begins with the two zeros that they put there.
StopReason skip_alignment(ByteReader& in, std::size_t header_len) {
  if (header_len % 4 == 0) return StopReason::none;
  const auto padding = in.peek<2>();
  if (!padding) return in.shortage();
  if (padding.be16<0>() == 0) in.skip(2);
  return StopReason::none;
}

Step read_body(ByteReader& in, PacketView& view, std::size_t start, unsigned control) {
  std::uint16_t qos = 0;
  if ((control & kQos) != 0) {
    const auto field = in.take<2>();
    if (!field) return in.shortage();
    qos = field.le16<0>();
    if ((control & kOrder) != 0 && !in.skip(4)) return in.shortage();  // HT control
  }
  if ((control & kProtected) != 0) return Step::done();
  if (const StopReason stop = skip_alignment(in, in.offset() - start); stop != StopReason::none) return stop;
  return (qos & kSeveralFrames) != 0 ? read_aggregate(in, view) : Step(kLlc);
}

}  // namespace

Step dissect_ieee80211(ByteReader& in, PacketView& view) {
  const std::size_t start = in.offset();
  const auto first = in.peek<2>();
  if (!first) return in.shortage();
  const unsigned control = first.be16<0>();
  if ((control & kVersion) != 0) return StopReason::bad_version;
  if ((control & kType) != kData || (control & kNoData) != 0) return Step::done();
  const auto header = in.take<24>();
  if (!header) return in.shortage();
  if (const StopReason stop = read_ends(in, header, view); stop != StopReason::none) return stop;
  if ((header.u8<22>() & kFragmentNumber) != 0) return Step::done();
  if ((control & kMoreFragments) != 0) in.continues_elsewhere();
  return read_body(in, view, start, control);
}

}  // namespace whydrop
