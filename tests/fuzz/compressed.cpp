// Fuzzes the way from any bytes to a reader: telling formats apart, unpacking, and libpcap for the rest.
#include "tests/fuzz/capture_walk.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  whydrop::walk_both_ways({data, size});
  return 0;
}
