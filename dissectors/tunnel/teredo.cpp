// Teredo (RFC 4380): IPv6 over UDP through NATs, behind optional authentication and origin indications.
#include "dissectors/registry.h"
#include "dissectors/tunnel/look_ahead.h"

namespace whydrop {
namespace {

enum Indication : std::uint16_t { kOrigin = 0, kAuthentication = 1 };

bool skip_authentication(ByteReader& in) {
  constexpr std::size_t kNonceAndConfirmation = 9;
  const auto header = in.take<4>();
  return header && in.skip(std::size_t{header.u8<2>()} + header.u8<3>() + kNonceAndConfirmation);
}

/// Authentication comes first where both are there.
bool skip_indications(ByteReader& in) {
  auto type = in.peek<2>();
  if (type && type.be16<0>() == kAuthentication) {
    if (!skip_authentication(in)) return false;
    type = in.peek<2>();
  }
  if (type && type.be16<0>() == kOrigin) return in.skip(8);
  return static_cast<bool>(type);
}

bool is_ipv6(const Header<40>& header, std::size_t claimed) {
  return header.u8<0>() >> 4U == 6 && std::size_t{40} + header.be16<4>() <= claimed;
}

}  // namespace

Step dissect_teredo(ByteReader& in, PacketView& view) {
  ByteReader inner = in;
  const bool indicated = skip_indications(inner);
  const std::size_t claimed = inner.claimed();
  const auto header = indicated ? inner.peek<40>() : Header<40>{};
  if (!header) return cut_or_declined(in, inner);
  if (!is_ipv6(header, claimed)) return Step::declined();
  in = inner;
  return Step::tunnel(view, {Space::ip_version, 6});
}

}  // namespace whydrop
