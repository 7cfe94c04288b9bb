// The plain bytes of a compressed input, a piece at a time.
//
// Members (gzip), frames (zstd, lz4) and streams (xz) follow each other, zeros between them: tapes and xz pad with
// them. Each is told anew by its magic. Memory is the decompressor's window and no more, however much comes out.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "src/capture/codecs.h"
#include "src/capture/input.h"

namespace whydrop {

class Unpacker {
 public:
  /// `packed` stands at the magic of a codec.
  explicit Unpacker(Input packed) : packed_(std::move(packed)) {}

  const Input& packed() const { return packed_; }
  /// Of the first plain bytes: skippable frames, which nobody's are, may precede them.
  std::string_view codec_name() const { return giver_ == nullptr ? "" : giver_->name; }

  /// 0 at the end. An error, behind all bytes that are good, where the data is cut or damaged.
  std::expected<std::size_t, Error> read_some(std::span<std::uint8_t> room);

 private:
  std::expected<bool, Error> begin_member();
  std::expected<bool, Error> have_packed();
  void note(const Unpacked& step);
  Error error(std::string what, std::string way_out) const;

  Input packed_;
  const Codec* codec_ = nullptr;  ///< of this member
  const Codec* giver_ = nullptr;  ///< of the first that was not empty
  std::unique_ptr<Decompressor> decompressor_;
  std::optional<Error> problem_;  ///< told when what precedes it has been given
  bool inside_ = false;           ///< a member
  bool was_filled_ = false;       ///< the room was too small for what the decompressor holds, perhaps
};

}  // namespace whydrop
