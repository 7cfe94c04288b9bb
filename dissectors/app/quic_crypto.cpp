// Frames of Initial packets (RFC 9000, 12.4 and 19): PADDING, PING, ACK, CRYPTO; anything else ends the reading.
#include "dissectors/app/quic_crypto.h"

#include <algorithm>

#include "dissectors/app/quic_varint.h"

namespace whydrop {
namespace {

constexpr std::uint64_t kPadding = 0;
constexpr std::uint64_t kPing = 1;
constexpr std::uint64_t kAck = 2;
constexpr std::uint64_t kAckWithEcn = 3;
constexpr std::uint64_t kCrypto = 6;

bool skip_varints(ByteReader& in, std::uint64_t count) {
  for (; count != 0; --count) {
    if (!take_varint(in)) return false;
  }
  return true;
}

bool skip_ack(ByteReader& in, bool with_ecn) {
  if (!skip_varints(in, 2)) return false;  // largest, delay
  const auto ranges = take_varint(in);
  constexpr std::uint64_t kMostRanges = 1024;
  return ranges && *ranges < kMostRanges && skip_varints(in, 1 + 2 * *ranges + (with_ecn ? 3U : 0U));
}

}  // namespace

QuicCryptoStream::QuicCryptoStream(std::span<const std::uint8_t> frames) {
  ByteReader in(frames, frames.size());
  while (const auto type = take_varint(in)) {
    if (*type == kPadding || *type == kPing) continue;
    if (*type == kAck || *type == kAckWithEcn) {
      if (!skip_ack(in, *type == kAckWithEcn)) break;
      continue;
    }
    if (*type != kCrypto) break;
    const auto offset = take_varint(in);
    const auto length = take_varint(in);
    if (!offset || !length) break;
    // The last one of a packet that the capture cut says as much as there is.
    const auto data = in.rest(static_cast<std::size_t>(std::min<std::uint64_t>(*length, kMaxBytes)));
    if (*offset < kMaxBytes) add(static_cast<std::size_t>(*offset), data);
    if (!in.skip(static_cast<std::size_t>(*length))) break;
  }
  join();
}

void QuicCryptoStream::add(std::size_t offset, std::span<const std::uint8_t> data) {
  if (count_ == kMaxPieces) return;
  data = data.first(std::min(data.size(), kMaxBytes - offset));
  std::ranges::copy(data, std::span(bytes_).subspan(offset).begin());
  pieces_[count_++] = {.begin = offset, .end = offset + data.size()};
}

void QuicCryptoStream::join() {
  const auto pieces = std::span(pieces_).first(count_);
  std::ranges::sort(pieces, {}, &Piece::begin);
  for (const Piece& piece : pieces) {
    if (piece.begin > length_) return;
    length_ = std::max(length_, piece.end);
  }
}

}  // namespace whydrop
