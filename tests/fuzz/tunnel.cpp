// Fuzzes packets that carry packets: the number is, below 256, an IP protocol, else the port of a carrier over UDP.
#include "tests/fuzz/dissection.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  return fuzz_family(data, size, [](const FamilyInput& input) {
    constexpr std::uint16_t kFirstPort = 256;
    constexpr std::uint8_t kUdp = 17;
    if (input.number < kFirstPort) {
      dissect_behind(kBareIpv4, ipv4_header(static_cast<std::uint8_t>(input.number)), {}, input);
    } else {
      dissect_behind(kBareIpv4, ipv4_header(kUdp), udp_header(input.number), input);
    }
  });
}
