// Fuzzes IP: an even number is IPv4, an odd one IPv6, and the bytes begin with its header.
#include "tests/fuzz/dissection.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  return fuzz_family(data, size, [](const FamilyInput& input) {
    dissect_behind(input.number % 2 == 0 ? kBareIpv4 : kBareIpv6, {}, {}, input);
  });
}
