// Geneve (RFC 8926).
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_geneve(ByteReader& in, PacketView& view) {
  constexpr std::size_t kHeaderLen = 8;
  constexpr unsigned kOptionWordsMask = 0x3f;
  const auto header = in.peek<kHeaderLen>();
  if (!header) return in.shortage();
  const std::size_t options_len = (header.u8<0>() & kOptionWordsMask) * std::size_t{4};
  if (header.u8<0>() >> 6U != 0) return Step::declined();  // another version
  if (!in.skip(kHeaderLen + options_len)) return in.shortage();
  return Step::tunnel(view, {Space::ether_type, header.be16<2>()}, header.be24<4>());
}

}  // namespace whydrop
