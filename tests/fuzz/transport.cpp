// Fuzzes what IP carries: the number's low byte is the protocol, its high byte even for IPv4, odd for IPv6.
#include "tests/fuzz/dissection.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  return fuzz_family(data, size, [](const FamilyInput& input) {
    const auto protocol = static_cast<std::uint8_t>(input.number & 0xffU);
    if (input.number / 256 % 2 == 0) dissect_behind(kBareIpv4, ipv4_header(protocol), {}, input);
    else dissect_behind(kBareIpv6, ipv6_header(protocol), {}, input);
  });
}
