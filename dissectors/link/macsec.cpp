// MACsec (IEEE 802.1AE): a security tag behind the MAC addresses. What is encrypted ends here; what is only signed goes
// on with its EtherType, before the integrity check value (ICV) at the end.
#include "dissectors/link/ether_type.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

constexpr unsigned kVersion = 0x80;
constexpr unsigned kHasChannelId = 0x20;
constexpr unsigned kEncrypted = 0x08;
constexpr unsigned kChangedText = 0x04;
constexpr std::size_t kChannelIdLen = 8;
constexpr std::size_t kIcvLen = 16;

}  // namespace

Step dissect_macsec(ByteReader& in, PacketView& /*view*/) {
  constexpr unsigned kShortLen = 0x3f;
  const auto tag = in.take<6>();
  if (!tag) return in.shortage();
  if ((tag.u8<0>() & kVersion) != 0) return StopReason::bad_version;
  if ((tag.u8<0>() & kHasChannelId) != 0 && !in.skip(kChannelIdLen)) return in.shortage();
  if (in.claimed() < kIcvLen) return StopReason::bad_length;
  if ((tag.u8<0>() & (kEncrypted | kChangedText)) != 0) return Step::done();
  in.limit(in.claimed() - kIcvLen);
  // Counts the protected bytes of a frame that had to be padded; 0: it is not short.
  const unsigned short_len = tag.u8<1>() & kShortLen;
  if (short_len != 0 && !in.limit(short_len)) return in.shortage();
  const auto type = in.take<2>();
  if (!type) return in.shortage();
  return ethernet_payload(in, type.be16<0>());
}

}  // namespace whydrop
