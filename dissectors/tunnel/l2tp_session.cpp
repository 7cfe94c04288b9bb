// The frame in an L2TPv3 data message. Both ends agreed beforehand on a cookie of 0, 4 or 8 bytes, on a sublayer of 0
// or 4, and on the kind of frame: each is tried, and holds when an IP header with a right checksum (IPv6: a length that
// fits) stands where it says.
#include "dissectors/tunnel/l2tp_session.h"

#include "src/wire/checksum.h"

namespace whydrop {
namespace {

struct Framing {
  std::size_t mark_at;
  std::uint16_t mark;  ///< at `mark_at`; 0: anything
  std::size_t length;  ///< of the frame's header, whose last two bytes are the type
  std::uint16_t ipv4;
  std::uint16_t ipv6;
  Claim claim;
};
constexpr Framing kFramings[] = {
    {.mark_at = 0, .mark = 0, .length = 14, .ipv4 = 0x0800, .ipv6 = 0x86dd, .claim = {Space::link_type, 1}},
    {.mark_at = 12, .mark = 0x8100, .length = 18, .ipv4 = 0x0800, .ipv6 = 0x86dd, .claim = {Space::link_type, 1}},
    {.mark_at = 0, .mark = 0xff03, .length = 4, .ipv4 = 0x0021, .ipv6 = 0x0057, .claim = {Space::ether_type, 0x880b}},
    {.mark_at = 0, .mark = 0x0f00, .length = 4, .ipv4 = 0x0800, .ipv6 = 0x86dd, .claim = {Space::link_type, 104}},
};
constexpr std::size_t kPrefixes[] = {0, 4, 8, 12};  // cookie and sublayer
constexpr std::size_t kMostNeeded = 12 + 18 + 60;

/// 0 where nothing is.
std::uint16_t be16_at(ByteReader in, std::size_t at) {
  if (!in.skip(at)) return 0;
  const auto word = in.peek<2>();
  return word ? word.be16<0>() : std::uint16_t{0};
}

bool is_ipv4(ByteReader in) {
  constexpr std::size_t kMostPadding = 46;
  const auto header = in.peek<20>();
  if (!header || header.u8<0>() >> 4U != 4) return false;
  const std::size_t header_len = (header.u8<0>() & 0xfU) * std::size_t{4};
  const std::size_t total_len = header.be16<2>();
  if (header_len < 20 || total_len < header_len || total_len > in.claimed()) return false;
  if (in.claimed() - total_len > kMostPadding || in.captured() < header_len) return false;
  InternetChecksum sum;
  sum.add(in.rest(header_len));
  return sum.value() == 0;
}

bool is_ipv6(ByteReader in) {
  const auto header = in.peek<8>();
  return header && header.u8<0>() >> 4U == 6 && std::size_t{40} + header.be16<4>() == in.claimed();
}

bool holds(const Framing& framing, ByteReader in) {
  if (framing.mark != 0 && be16_at(in, framing.mark_at) != framing.mark) return false;
  const std::uint16_t type = be16_at(in, framing.length - 2);
  if (!in.skip(framing.length)) return false;
  return type == framing.ipv4 ? is_ipv4(in) : type == framing.ipv6 && is_ipv6(in);
}

}  // namespace

Step l2tp_session(ByteReader& in, PacketView& view, std::uint32_t session) {
  for (const std::size_t prefix : kPrefixes) {
    ByteReader frame = in;
    if (!frame.skip(prefix)) break;
    for (const Framing& framing : kFramings) {
      if (!holds(framing, frame)) continue;
      in = frame;
      return Step::tunnel(view, framing.claim, session);
    }
  }
  const bool saw_enough = in.captured() == in.claimed() || in.captured() >= kMostNeeded;
  return saw_enough ? Step::done() : Step(StopReason::cut);
}

}  // namespace whydrop
