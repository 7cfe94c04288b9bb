// gzip (RFC 1952), by zlib. BGZF is gzip in many small members.
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "src/capture/codecs.h"
#include "src/wire/byte_reader.h"

namespace whydrop {
namespace {

constexpr int kGzipOnly = 16;  // added to the window bits, as zlib.h has it

uInt clamped(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

class Gzip final : public Decompressor {
 public:
  Gzip() : ready_(::inflateInit2(&stream_, kGzipOnly + MAX_WBITS) == Z_OK) {}
  ~Gzip() override { ::inflateEnd(&stream_); }

  Unpacked step(std::span<const std::uint8_t> packed, std::span<std::uint8_t> room) override {
    if (!ready_) return {.problem = Unpacked::Problem::damage, .reason = "out of memory"};
    stream_.next_in = packed.data();
    stream_.avail_in = clamped(packed.size());
    stream_.next_out = room.data();
    stream_.avail_out = clamped(room.size());
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    Unpacked result{.taken = clamped(packed.size()) - stream_.avail_in,
                    .given = clamped(room.size()) - stream_.avail_out};
    if (status == Z_STREAM_END) {
      result.finished = true;
      ::inflateReset(&stream_);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      result.problem = Unpacked::Problem::damage;
      result.reason = stream_.msg != nullptr ? stream_.msg : "unknown";
    }
    return result;
  }

 private:
  z_stream stream_{};
  bool ready_;
};

}  // namespace

bool is_gzip(std::span<const std::uint8_t> head) {
  ByteReader in(head, head.size());
  const Header<3> magic = in.take<3>();
  constexpr std::uint8_t kDeflate = 8;
  return magic && magic.be16<0>() == 0x1f8b && magic.u8<2>() == kDeflate;
}

std::unique_ptr<Decompressor> make_gzip() { return std::make_unique<Gzip>(); }

}  // namespace whydrop
