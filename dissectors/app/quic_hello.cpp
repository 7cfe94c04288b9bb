// Opens an Initial packet (RFC 9001, 5.3 and 5.4).
#include "dissectors/app/quic_hello.h"

#include <algorithm>
#include <array>

#include "dissectors/app/quic_crypto.h"
#include "dissectors/app/tls_hello.h"

namespace whydrop {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kMaxNumber = 4;
constexpr std::size_t kMaxHeader = 512;  // connection ids, and the token of a client that was sent back by a Retry

/// The packet number's bytes lie under the header's mask, and the number of them too.
struct Unmasked {
  std::array<std::uint8_t, kMaxHeader> header{};
  std::size_t header_len = 0;
  std::size_t number_len = 0;
  std::uint32_t number = 0;
};

Unmasked unmask(Bytes header, const std::array<std::uint8_t, 16>& mask, Bytes number) {
  Unmasked result;
  std::ranges::copy(header, result.header.begin());
  result.header[0] = static_cast<std::uint8_t>(result.header[0] ^ (mask[0] & 0x0fU));
  result.number_len = (result.header[0] & 3U) + std::size_t{1};
  result.header_len = header.size();
  for (std::size_t at = 0; at < result.number_len; ++at) {
    const auto byte = static_cast<std::uint8_t>(number[at] ^ mask[at + 1]);
    result.header[result.header_len++] = byte;
    result.number = result.number << 8U | byte;
  }
  return result;
}

}  // namespace

void read_quic_hello(ByteReader in, Bytes header, const QuicInitialKeys& keys, ApplicationFacts& app) {
  constexpr std::size_t kMaxText = 2048;
  constexpr std::uint8_t kClientHello = 1;
  const std::size_t packet_len = in.claimed();
  const Bytes body = in.rest();
  const auto start = in.take<kMaxNumber + 16>();
  if (!start || header.size() + kMaxNumber > kMaxHeader) return;
  const auto mask = quic_header_mask(keys, start.bytes<kMaxNumber, 16>());
  const Unmasked unmasked = unmask(header, mask, body.first(kMaxNumber));

  const std::size_t text_len = packet_len - unmasked.number_len - kQuicTagLen;
  const Bytes rest = body.subspan(unmasked.number_len);
  const bool is_whole = rest.size() == text_len + kQuicTagLen && text_len <= kMaxText;
  std::array<std::uint8_t, kMaxText> plain;  // NOLINT(cppcoreguidelines-pro-type-member-init): all that is read is set
  const std::size_t length = std::min({rest.size(), text_len, kMaxText});
  const QuicSealed sealed{.header = Bytes(unmasked.header).first(unmasked.header_len),
                          .packet_number = unmasked.number,
                          .text = rest.first(length),
                          .tag = is_whole ? rest.last(kQuicTagLen) : Bytes{}};
  if (!quic_open(keys, sealed, std::span(plain).first(length))) return;

  const QuicCryptoStream stream(Bytes(plain).first(length));
  ByteReader hello(stream.bytes(), stream.bytes().size());
  const auto handshake = hello.take<4>();
  if (handshake && handshake.u8<0>() == kClientHello) read_client_hello(hello, app);
}

}  // namespace whydrop
