// Radiotap (https://www.radiotap.org): what a receiver says of an 802.11 frame. Of its fields only the flags matter:
// whether a check sequence follows the frame, and whether it was right.
#include <optional>

#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr std::size_t kMinHeaderLen = 8;

/// `fields` is what follows the first word of presence bits, of a header that begins at `start`. None: it is too short.
std::optional<unsigned> read_flags(ByteReader fields, std::size_t start, std::uint32_t present) {
  constexpr std::uint32_t kHasTimer = 1;
  constexpr std::uint32_t kHasFlags = 2;
  constexpr std::uint32_t kMorePresence = 0x8000'0000;
  for (std::uint32_t word = present; (word & kMorePresence) != 0;) {
    const auto next = fields.take<4>();
    if (!next) return std::nullopt;
    word = next.le32<0>();
  }
  if ((present & kHasFlags) == 0) return 0;
  if ((present & kHasTimer) != 0) {
    const std::size_t beyond = (fields.offset() - start) % 8;
    if (!fields.skip((beyond == 0 ? 0 : 8 - beyond) + 8)) return std::nullopt;
  }
  const auto flags = fields.take<1>();
  if (!flags) return std::nullopt;
  return flags.u8<0>();
}

}  // namespace

Step dissect_radiotap(ByteReader& in, PacketView& /*view*/) {
  constexpr unsigned kCheckSequenceFollows = 0x10;
  constexpr unsigned kReceivedWrong = 0x40;
  constexpr std::size_t kCheckSequenceLen = 4;
  const std::size_t start = in.offset();
  const auto header = in.take<kMinHeaderLen>();
  if (!header) return in.shortage();
  if (header.u8<0>() != 0) return StopReason::bad_version;
  const std::size_t length = header.le16<2>();
  if (length < kMinHeaderLen) return StopReason::bad_length;
  ByteReader fields = in;
  if (!in.skip(length - kMinHeaderLen)) return in.shortage();
  fields.limit(length - kMinHeaderLen);
  const auto flags = read_flags(fields, start, header.le32<4>());
  if (!flags) return StopReason::bad_length;
  if ((*flags & kReceivedWrong) != 0 || in.claimed() == 0) return Step::done();
  if ((*flags & kCheckSequenceFollows) != 0) {
    if (in.claimed() < kCheckSequenceLen) return StopReason::bad_length;
    in.limit(in.claimed() - kCheckSequenceLen);
  }
  return Claim{Space::link_type, 105};
}

}  // namespace whydrop
