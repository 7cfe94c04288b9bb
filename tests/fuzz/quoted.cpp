// Fuzzes the packet that an ICMP error quotes: an even number is ICMP's, an odd one ICMPv6's, and the bytes are the
// quote.
#include "tests/fuzz/dissection.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  return fuzz_family(data, size, [](const FamilyInput& input) {
    constexpr std::uint8_t kIcmp = 1;
    constexpr std::uint8_t kIcmp6 = 58;
    const Bytes host_unreachable{3, 1, 0, 0, 0, 0, 0, 0};
    const Bytes admin_prohibited6{1, 1, 0, 0, 0, 0, 0, 0};
    if (input.number % 2 == 0) dissect_behind(kBareIpv4, ipv4_header(kIcmp), host_unreachable, input);
    else dissect_behind(kBareIpv6, ipv6_header(kIcmp6), admin_prohibited6, input);
  });
}
