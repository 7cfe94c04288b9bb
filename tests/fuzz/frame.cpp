// Fuzzes dissection: any bytes under any link type are read to an end, and the view keeps its promises.
//
// Input: two bytes link type, one byte that says how much more was on the wire than captured, then the frame.
#include "tests/fuzz/dissection.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whydrop;
  return fuzz_family(data, size, [](const FamilyInput& input) {
    dissect_and_check(LinkType{input.number}, input.bytes, input.not_captured);
  });
}
