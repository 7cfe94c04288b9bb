// The Internet checksum against worked examples.
#include "src/wire/checksum.h"

#include <vector>

#include "tests/support/catch.h"

using namespace whydrop;

namespace {

std::uint16_t checksum_of(const std::vector<std::uint8_t>& bytes) {
  InternetChecksum sum;
  sum.add(bytes);
  return sum.value();
}

}  // namespace

TEST_CASE("the checksum agrees with RFC 1071's example and with a real IPv4 header", "[wire]") {
  CHECK(checksum_of({0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}) == 0x220d);
  const std::vector<std::uint8_t> header{0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                                         0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
  CHECK(checksum_of(header) == 0);
}

TEST_CASE("an odd last byte counts as a word's high half", "[wire]") {
  CHECK(checksum_of({0x12}) == checksum_of({0x12, 0x00}));
  CHECK(checksum_of({0x00, 0x01, 0x12}) == checksum_of({0x00, 0x01, 0x12, 0x00}));
}

TEST_CASE("parts add up to the whole", "[wire]") {
  InternetChecksum sum;
  sum.add(0x0001);
  sum.add(std::vector<std::uint8_t>{0xf2, 0x03, 0xf4, 0xf5});
  sum.add(0xf6f7);
  CHECK(sum.value() == 0x220d);
}

TEST_CASE("nothing sums to all ones, carries wrap around", "[wire]") {
  CHECK(checksum_of({}) == 0xffff);
  CHECK(checksum_of({0xff, 0xff, 0x00, 0x01}) == 0xfffe);
}
