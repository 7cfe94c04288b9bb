// Fuzzes the pcapng reader: any bytes behind a section header's first four.
#include "tests/fuzz/capture_walk.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  if (whydrop::is_pcapng(bytes)) whydrop::walk_both_ways(bytes);
  return 0;
}
