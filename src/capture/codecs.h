// The compressions that can be unpacked, and how each is told and asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace whydrop {

/// What one call of a Decompressor did.
struct Unpacked {
  std::size_t taken = 0;  ///< of the packed bytes
  std::size_t given = 0;  ///< plain bytes
  bool finished = false;  ///< the member (gzip), frame (zstd, lz4) or stream (xz) is whole and right
  enum class Problem : std::uint8_t { none, damage, window } problem = Problem::none;
  std::string_view reason{};  ///< of damage, as its library words it; static
};

/// Unpacks one member after the other; another place with inheritance, like Source a seam to foreign code.
class Decompressor {
 public:
  Decompressor() = default;
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  virtual ~Decompressor() = default;

  /// Takes some of `packed`, gives some into `room`. Neither taken nor given means that more packed bytes are needed.
  /// Plain bytes that precede a problem are given. After `finished` the next call begins a member.
  virtual Unpacked step(std::span<const std::uint8_t> packed, std::span<std::uint8_t> room) = 0;
};

/// The largest window (dictionary) that a decompressor may allocate: what zstd's own tool takes without being asked.
constexpr unsigned kWindowLog = 27;
constexpr std::size_t kLargestWindow = std::size_t{1} << kWindowLog;

struct Codec {
  std::string_view name;
  std::string_view unpack;  ///< the command that does it
  bool (*matches)(std::span<const std::uint8_t> head);
  std::unique_ptr<Decompressor> (*make)();
};

/// Bytes that tell a codec.
constexpr std::size_t kCodecMagic = 4;
/// The codec whose data begins so, or none.
const Codec* codec_of(std::span<const std::uint8_t> head);

#define CODEC(name, unpack)                           \
  bool is_##name(std::span<const std::uint8_t> head); \
  std::unique_ptr<Decompressor> make_##name();
#include "src/capture/codecs.def"
#undef CODEC

}  // namespace whydrop
