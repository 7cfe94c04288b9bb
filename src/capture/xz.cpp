// xz (https://tukaani.org/xz/xz-file-format.txt), by liblzma.
#include <lzma.h>

#include "src/capture/codecs.h"
#include "src/wire/byte_reader.h"

namespace whydrop {
namespace {

std::string_view reason_of(lzma_ret status) {
  switch (status) {
    case LZMA_DATA_ERROR: return "data is corrupt";
    case LZMA_FORMAT_ERROR: return "header is not that of xz";
    case LZMA_OPTIONS_ERROR: return "options are not supported";
    case LZMA_MEM_ERROR: return "out of memory";
    default: return "unknown";
  }
}

class Xz final : public Decompressor {
 public:
  Xz() { begin(); }
  ~Xz() override { ::lzma_end(&stream_); }

  Unpacked step(std::span<const std::uint8_t> packed, std::span<std::uint8_t> room) override {
    if (!ready_) return {.problem = Unpacked::Problem::damage, .reason = "out of memory"};
    stream_.next_in = packed.data();
    stream_.avail_in = packed.size();
    stream_.next_out = room.data();
    stream_.avail_out = room.size();
    const lzma_ret status = ::lzma_code(&stream_, LZMA_RUN);
    Unpacked result{.taken = packed.size() - stream_.avail_in, .given = room.size() - stream_.avail_out};
    if (status == LZMA_STREAM_END) {
      result.finished = true;
      begin();
    } else if (status == LZMA_MEMLIMIT_ERROR) {
      result.problem = Unpacked::Problem::window;
    } else if (status != LZMA_OK && status != LZMA_BUF_ERROR) {
      result.problem = Unpacked::Problem::damage;
      result.reason = reason_of(status);
    }
    return result;
  }

 private:
  static constexpr std::size_t kStateAtMost = std::size_t{1} << 20U;  // of the decoder beside its dictionary

  void begin() { ready_ = ::lzma_stream_decoder(&stream_, kLargestWindow + kStateAtMost, 0) == LZMA_OK; }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_ = false;
};

}  // namespace

bool is_xz(std::span<const std::uint8_t> head) {
  constexpr std::uint32_t kMagic = 0xfd377a58;  // "7zX" behind the first byte; "Z\0" follows
  ByteReader in(head, head.size());
  const Header<4> magic = in.take<4>();
  return magic && magic.be32<0>() == kMagic;
}

std::unique_ptr<Decompressor> make_xz() { return std::make_unique<Xz>(); }

}  // namespace whydrop
