// Key derivation with HKDF-SHA256 (RFC 5869) and TLS's labels (RFC 8446, 7.1); AES-128 in GCM. All state is on the
// stack.
#include "dissectors/app/quic_initial_keys.h"

#include <nettle/aes.h>
#include <nettle/gcm.h>
#include <nettle/hkdf.h>
#include <nettle/hmac.h>

#include <algorithm>
#include <string_view>

namespace whydrop {
namespace {

using Secret = std::array<std::uint8_t, SHA256_DIGEST_SIZE>;
using Salt = std::array<std::uint8_t, 20>;

constexpr Salt kSaltV1 = {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                          0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
constexpr Salt kSaltV2 = {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                          0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};

struct Labels {
  std::string_view key;
  std::string_view iv;
  std::string_view header;
};

constexpr Labels kLabelsV1{.key = "quic key", .iv = "quic iv", .header = "quic hp"};
constexpr Labels kLabelsV2{.key = "quicv2 key", .iv = "quicv2 iv", .header = "quicv2 hp"};

void update_hmac(void* context, std::size_t length, const std::uint8_t* data) {
  hmac_sha256_update(static_cast<hmac_sha256_ctx*>(context), length, data);
}
void digest_hmac(void* context, std::size_t length, std::uint8_t* digest) {
  hmac_sha256_digest(static_cast<hmac_sha256_ctx*>(context), length, digest);
}

Secret extract(const Salt& salt, std::span<const std::uint8_t> input) {
  hmac_sha256_ctx context;
  hmac_sha256_set_key(&context, salt.size(), salt.data());
  Secret secret{};
  hkdf_extract(&context, update_hmac, digest_hmac, secret.size(), input.size(), input.data(), secret.data());
  return secret;
}

/// HKDF-Expand-Label without a context.
void expand_label(const Secret& secret, std::string_view label, std::span<std::uint8_t> out) {
  constexpr std::string_view kPrefix = "tls13 ";
  std::array<std::uint8_t, 32> info{};
  std::size_t length = 0;
  const auto append = [&](std::size_t byte) { info[length++] = static_cast<std::uint8_t>(byte); };
  append(0);
  append(out.size());
  append(kPrefix.size() + label.size());
  for (const char c : kPrefix) append(static_cast<std::uint8_t>(c));
  for (const char c : label) append(static_cast<std::uint8_t>(c));
  append(0);
  hmac_sha256_ctx context;
  hmac_sha256_set_key(&context, secret.size(), secret.data());
  hkdf_expand(&context, update_hmac, digest_hmac, secret.size(), length, info.data(), out.size(), out.data());
}

}  // namespace

QuicInitialKeys quic_client_keys(QuicVersion version, std::span<const std::uint8_t> connection_id) {
  const bool is_v1 = version == QuicVersion::v1;
  const Secret initial = extract(is_v1 ? kSaltV1 : kSaltV2, connection_id);
  Secret client{};
  expand_label(initial, "client in", client);
  const Labels& labels = is_v1 ? kLabelsV1 : kLabelsV2;
  QuicInitialKeys keys;
  expand_label(client, labels.key, keys.key);
  expand_label(client, labels.iv, keys.iv);
  expand_label(client, labels.header, keys.header);
  return keys;
}

std::array<std::uint8_t, 16> quic_header_mask(const QuicInitialKeys& keys, std::span<const std::uint8_t, 16> sample) {
  aes128_ctx context;
  aes128_set_encrypt_key(&context, keys.header.data());
  std::array<std::uint8_t, 16> mask{};
  aes128_encrypt(&context, mask.size(), mask.data(), sample.data());
  return mask;
}

bool quic_open(const QuicInitialKeys& keys, const QuicSealed& sealed, std::span<std::uint8_t> plain) {
  std::array<std::uint8_t, GCM_IV_SIZE> nonce = keys.iv;
  for (unsigned byte = 0; byte < 4; ++byte)
    nonce[nonce.size() - 1 - byte] ^= static_cast<std::uint8_t>(sealed.packet_number >> 8U * byte);
  gcm_aes128_ctx context;
  gcm_aes128_set_key(&context, keys.key.data());
  gcm_aes128_set_iv(&context, nonce.size(), nonce.data());
  gcm_aes128_update(&context, sealed.header.size(), sealed.header.data());
  gcm_aes128_decrypt(&context, sealed.text.size(), plain.data(), sealed.text.data());
  if (sealed.tag.empty()) return true;
  std::array<std::uint8_t, kQuicTagLen> tag{};
  gcm_aes128_digest(&context, tag.size(), tag.data());
  return std::ranges::equal(tag, sealed.tag);
}

}  // namespace whydrop
