// Fuzzes what UDP carries: the number is the destination's port.
#include "tests/fuzz/dissection.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  return fuzz_family(data, size, [](const FamilyInput& input) {
    constexpr std::uint8_t kUdp = 17;
    dissect_behind(kBareIpv4, ipv4_header(kUdp), udp_header(input.number), input);
  });
}
