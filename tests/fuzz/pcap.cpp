// Fuzzes the pcap reader: any bytes behind a pcap magic.
#include "tests/fuzz/capture_walk.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  if (whydrop::is_pcap(bytes)) whydrop::walk_both_ways(bytes);
  return 0;
}
