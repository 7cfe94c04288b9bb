// Compresses bytes as people's tools do, checksums included.
#pragma once

#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <cstddef>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/packet_layers.h"

namespace whydrop {

inline Bytes pack_gzip(const Bytes& plain) {
  z_stream stream{};
  constexpr int kGzip = 16 + MAX_WBITS;
  REQUIRE(::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes packed(::deflateBound(&stream, plain.size()) + 64);
  Bytes copy = plain;
  stream.next_in = copy.data();
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  ::deflateEnd(&stream);
  return packed;
}

inline Bytes pack_zstd(const Bytes& plain) {
  Bytes packed(::ZSTD_compressBound(plain.size()));
  ZSTD_CCtx* const context = ::ZSTD_createCCtx();
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
  ::ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  const std::size_t size = ::ZSTD_compress2(context, packed.data(), packed.size(), plain.data(), plain.size());
  ::ZSTD_freeCCtx(context);
  REQUIRE(::ZSTD_isError(size) == 0);
  packed.resize(size);
  return packed;
}

inline Bytes pack_xz(const Bytes& plain) {
  Bytes packed(::lzma_stream_buffer_bound(plain.size()));
  std::size_t size = 0;
  REQUIRE(::lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, nullptr, plain.data(), plain.size(), packed.data(), &size,
                                    packed.size()) == LZMA_OK);
  packed.resize(size);
  return packed;
}

inline Bytes pack_lz4(const Bytes& plain) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  Bytes packed(::LZ4F_compressFrameBound(plain.size(), &preferences));
  const std::size_t size = ::LZ4F_compressFrame(packed.data(), packed.size(), plain.data(), plain.size(), &preferences);
  REQUIRE(::LZ4F_isError(size) == 0);
  packed.resize(size);
  return packed;
}

/// A codec as the tests want it: its name and its packer.
struct Packer {
  std::string name;
  Bytes (*pack)(const Bytes&);
};

inline const Packer kPackers[] = {{"gzip", pack_gzip}, {"zstd", pack_zstd}, {"xz", pack_xz}, {"lz4", pack_lz4}};

}  // namespace whydrop
