// LZ4 frames (lz4_Frame_format.md of the lz4 project), by liblz4. Skippable frames are zstd's too, and left to it.
//
// A call is given the packed bytes of one block at most, and not the next one's header, for which liblz4 asks too: what
// it had unpacked in a call that then fails is lost.
#include <lz4frame.h>

#include <algorithm>

#include "src/capture/codecs.h"
#include "src/wire/byte_reader.h"

namespace whydrop {
namespace {

class Lz4 final : public Decompressor {
 public:
  Lz4() { ready_ = ::LZ4F_isError(::LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) == 0; }
  ~Lz4() override { ::LZ4F_freeDecompressionContext(context_); }

  Unpacked step(std::span<const std::uint8_t> packed, std::span<std::uint8_t> room) override {
    if (!ready_) return {.problem = Unpacked::Problem::damage, .reason = "out of memory"};
    std::size_t taken = std::min(packed.size(), wanted_ > kBlockHeader ? wanted_ - kBlockHeader : wanted_);
    std::size_t given = room.size();
    const std::size_t status = ::LZ4F_decompress(context_, room.data(), &given, packed.data(), &taken, nullptr);
    if (::LZ4F_isError(status) != 0) {
      return {.problem = Unpacked::Problem::damage, .reason = ::LZ4F_getErrorName(status)};
    }
    wanted_ = status == 0 ? kHeader : status;
    return {.taken = taken, .given = given, .finished = status == 0};
  }

 private:
  static constexpr std::size_t kBlockHeader = 4;
  static constexpr std::size_t kHeader = LZ4F_HEADER_SIZE_MIN;

  LZ4F_dctx* context_ = nullptr;
  std::size_t wanted_ = kHeader;  ///< packed bytes: the rest of a block, and the next one's header
  bool ready_ = false;
};

}  // namespace

bool is_lz4(std::span<const std::uint8_t> head) {
  constexpr std::uint32_t kFrame = 0x184d2204;
  ByteReader in(head, head.size());
  const Header<4> magic = in.take<4>();
  return magic && magic.le32<0>() == kFrame;
}

std::unique_ptr<Decompressor> make_lz4() { return std::make_unique<Lz4>(); }

}  // namespace whydrop
