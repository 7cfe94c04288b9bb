// Zstandard (RFC 8878), by libzstd.
//
// A call is given the packed bytes of one block at most, and not the next one's header, for which libzstd asks too:
// what it had unpacked in a call that then fails is lost.
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>

#include "src/capture/codecs.h"
#include "src/wire/byte_reader.h"

namespace whydrop {
namespace {

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ::ZSTD_freeDStream(stream); }
};

class Zstd final : public Decompressor {
 public:
  Zstd() : stream_(::ZSTD_createDStream()) {
    if (!stream_) return;
    ::ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, static_cast<int>(kWindowLog));
    wanted_ = ::ZSTD_initDStream(stream_.get());
  }

  Unpacked step(std::span<const std::uint8_t> packed, std::span<std::uint8_t> room) override {
    if (!stream_) return {.problem = Unpacked::Problem::damage, .reason = "out of memory"};
    const std::size_t block = wanted_ > kBlockHeader ? wanted_ - kBlockHeader : wanted_;
    ZSTD_inBuffer in{packed.data(), std::min(packed.size(), block), 0};
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    const std::size_t status = ::ZSTD_decompressStream(stream_.get(), &out, &in);
    Unpacked result{.taken = in.pos, .given = out.pos};
    if (::ZSTD_isError(status) != 0) {
      const bool too_large = ::ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge;
      result.problem = too_large ? Unpacked::Problem::window : Unpacked::Problem::damage;
      result.reason = ::ZSTD_getErrorName(status);
      return result;
    }
    result.finished = status == 0;
    wanted_ = result.finished ? ::ZSTD_initDStream(stream_.get()) : status;
    return result;
  }

 private:
  static constexpr std::size_t kBlockHeader = 3;

  std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
  std::size_t wanted_ = 0;  ///< packed bytes: the rest of a block, and the next one's header
};

}  // namespace

bool is_zstd(std::span<const std::uint8_t> head) {
  ByteReader in(head, head.size());
  const Header<4> magic = in.take<4>();
  return magic && (magic.le32<0>() == ZSTD_MAGICNUMBER ||
                   (magic.le32<0>() & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START);
}

std::unique_ptr<Decompressor> make_zstd() { return std::make_unique<Zstd>(); }

}  // namespace whydrop
