// Fuzzes the way from any bytes to a reader: telling formats apart, unpacking, and libpcap for the rest.
//
// Over compressed bytes the two walks may differ: how much of a damaged block comes out depends on how its bytes come
// in (liblzma).
#include "src/capture/codecs.h"
#include "tests/fuzz/capture_walk.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  if (whydrop::codec_of(bytes) == nullptr) {
    whydrop::walk_both_ways(bytes);
    return 0;
  }
  whydrop::digest_of_walk(bytes, bytes.size(), 64);
  whydrop::digest_of_walk(bytes, 5, 3);
  return 0;
}
