// Community ID v1: "1:" base64(SHA1(seed, low address, high address, protocol, 0, low port, high port)).
//
// The hashed text is at most 40 bytes, always a single SHA-1 block. That is little enough to stand here: no
// cryptographic library is linked, and nothing depends on the strength of the hash.
#include "src/flow/community_id.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace whydrop {
namespace {

using Digest = std::array<std::uint8_t, 20>;
constexpr std::size_t kBlock = 64;

void append_be(std::vector<std::uint8_t>& out, std::uint64_t value, std::size_t width) {
  for (std::size_t shift = width * 8; shift != 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
  }
}

struct Round {
  std::uint32_t mixed;
  std::uint32_t constant;
};

/// FIPS 180-4, 4.1.1 and 4.2.1.
Round sha1_round(std::size_t t, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  if (t < 20) return {(b & c) | (~b & d), 0x5a827999};
  if (t < 40) return {b ^ c ^ d, 0x6ed9eba1};
  if (t < 60) return {(b & c) | (b & d) | (c & d), 0x8f1bbcdc};
  return {b ^ c ^ d, 0xca62c1d6};
}

/// SHA-1 (FIPS 180-4, 6.1) of at most 55 bytes.
Digest sha1_of_one_block(std::vector<std::uint8_t> message) {
  const std::uint64_t bits = message.size() * 8;
  message.push_back(0x80);
  message.resize(kBlock - 8);
  append_be(message, bits, 8);

  std::array<std::uint32_t, 80> w{};
  for (std::size_t at = 0; at < kBlock; ++at) w[at / 4] = w[at / 4] << 8U | message[at];
  for (std::size_t t = 16; t < w.size(); ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);

  constexpr std::array<std::uint32_t, 5> kStart = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  auto [a, b, c, d, e] = kStart;
  for (std::size_t t = 0; t < w.size(); ++t) {
    const Round round = sha1_round(t, b, c, d);
    const std::uint32_t next = std::rotl(a, 5) + round.mixed + e + round.constant + w[t];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  const std::array<std::uint32_t, 5> end = {a, b, c, d, e};
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < end.size(); ++i) append_be(bytes, kStart[i] + end[i], 4);
  Digest digest{};
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

std::string base64(const Digest& digest) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < digest.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = at; i < at + 3; ++i) group = group << 8U | (i < digest.size() ? digest[i] : 0U);
    for (unsigned shift = 24; shift != 0; shift -= 6) text += kAlphabet[(group >> (shift - 6)) & 63U];
  }
  text.back() = '=';  // 20 bytes leave one character of padding
  return text;
}

void append_address(std::vector<std::uint8_t>& out, const IpAddress& address) {
  const auto& bytes = address.bytes();
  out.insert(out.end(), bytes.begin() + (address.is_v4() ? 12 : 0), bytes.end());
}

std::string hashed(Endpoint src, Endpoint dst, std::uint8_t protocol) {
  if (dst < src) std::swap(src, dst);
  std::vector<std::uint8_t> text;
  text.reserve(kBlock);
  append_be(text, 0, 2);  // seed
  append_address(text, src.address);
  append_address(text, dst.address);
  append_be(text, protocol, 1);
  append_be(text, 0, 1);  // padding
  append_be(text, src.port, 2);
  append_be(text, dst.port, 2);
  return "1:" + base64(sha1_of_one_block(std::move(text)));
}

/// An echo flow: types stand in the place of ports, the request's from the client.
std::string hashed_echo(const FlowRecord& record, std::uint8_t protocol, std::uint16_t request, std::uint16_t reply) {
  return hashed({record.client_endpoint().address, request}, {record.server_endpoint().address, reply}, protocol);
}

}  // namespace

std::optional<std::string> community_id(const FlowRecord& record) {
  switch (record.key.transport) {
    case Transport::tcp: return hashed(record.client_endpoint(), record.server_endpoint(), 6);
    case Transport::udp: return hashed(record.client_endpoint(), record.server_endpoint(), 17);
    case Transport::icmp: return hashed_echo(record, 1, 8, 0);
    case Transport::icmp6: return hashed_echo(record, 58, 128, 129);
    case Transport::udp_lite: return hashed(record.client_endpoint(), record.server_endpoint(), 136);
    case Transport::sctp: return hashed(record.client_endpoint(), record.server_endpoint(), 132);
    case Transport::dccp: return hashed(record.client_endpoint(), record.server_endpoint(), 33);
    case Transport::esp: return hashed(record.client_endpoint(), record.server_endpoint(), 50);
    case Transport::none:
    case Transport::arp:
    case Transport::nd:
    case Transport::other: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace whydrop
