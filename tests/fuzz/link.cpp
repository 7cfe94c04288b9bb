// Fuzzes what stands before the network layer: the number is a link type, or, from 1024 on, an EtherType behind
// Ethernet.
#include "tests/fuzz/dissection.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  return fuzz_family(data, size, [](const FamilyInput& input) {
    constexpr std::uint16_t kFirstEtherType = 1024;
    if (input.number < kFirstEtherType) dissect_behind(LinkType{input.number}, {}, {}, input);
    else dissect_behind(kEthernet, ethernet_header(input.number), {}, input);
  });
}
