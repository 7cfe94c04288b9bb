// ByteReader: its two limits, and that nothing is read beyond either.
#include "src/wire/byte_reader.h"

#include <array>

#include "tests/support/catch.h"

using namespace whydrop;

namespace {

constexpr std::array<std::uint8_t, 8> kBytes{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};

std::span<const std::uint8_t> held(std::size_t count) { return std::span(kBytes).first(count); }

}  // namespace

TEST_CASE("a header is read in network and in little-endian order", "[wire]") {
  ByteReader in(kBytes, kBytes.size());
  const auto header = in.take<8>();
  REQUIRE(header);
  CHECK(header.u8<7>() == 0x08);
  CHECK(header.be16<0>() == 0x0102);
  CHECK(header.be24<1>() == 0x020304);
  CHECK(header.be32<4>() == 0x05060708);
  CHECK(header.le16<0>() == 0x0201);
  CHECK(header.le32<4>() == 0x08070605);
  CHECK(header.bytes<2, 2>()[1] == 0x04);
}

TEST_CASE("running out of captured bytes is a cut, running out of claimed bytes a bad length", "[wire]") {
  struct Row {
    std::size_t captured;
    std::size_t claimed;
    StopReason expected;
    std::size_t had;
  };
  const auto row = GENERATE(Row{8, 8, StopReason::none, 0}, Row{7, 8, StopReason::cut, 7},
                            Row{0, 8, StopReason::cut, 0}, Row{7, 7, StopReason::bad_length, 7},
                            Row{8, 7, StopReason::bad_length, 7}, Row{3, 7, StopReason::bad_length, 7});
  CAPTURE(row.captured, row.claimed);
  const auto bytes = held(row.captured);

  ByteReader taking(bytes, row.claimed);
  CHECK(bool(taking.take<8>()) == (row.expected == StopReason::none));
  ByteReader peeking(bytes, row.claimed);
  CHECK(bool(peeking.peek<8>()) == (row.expected == StopReason::none));
  ByteReader skipping(bytes, row.claimed);
  CHECK(skipping.skip(8) == (row.expected == StopReason::none));
  ByteReader spanning(bytes, row.claimed);
  CHECK(spanning.take_bytes(8).has_value() == (row.expected == StopReason::none));

  for (const ByteReader& in : {taking, peeking, skipping, spanning}) {
    CHECK(in.shortage() == row.expected);
    CHECK(in.had() == row.had);
    CHECK(in.needed() == (row.expected == StopReason::none ? 0 : 8));
  }
}

TEST_CASE("a failed read moves nothing", "[wire]") {
  ByteReader in(kBytes, kBytes.size());
  CHECK_FALSE(in.take<9>());
  CHECK_FALSE(in.skip(9));
  CHECK_FALSE(in.take_bytes(9));
  CHECK(in.offset() == 0);
  CHECK(in.captured() == 8);
  CHECK(in.take<8>());
}

TEST_CASE("a read moves both limits, a peek neither", "[wire]") {
  ByteReader in(held(6), 100);
  CHECK(in.peek<4>());
  CHECK(in.offset() == 0);
  CHECK(in.take<4>());
  CHECK(in.offset() == 4);
  CHECK(in.captured() == 2);
  CHECK(in.claimed() == 96);
}

TEST_CASE("an inner length narrows both limits, and may not exceed the outer claim", "[wire]") {
  ByteReader in(held(6), 100);
  CHECK(in.limit(50));
  CHECK(in.captured() == 6);
  CHECK(in.limit(4));
  CHECK(in.captured() == 4);
  CHECK(in.claimed() == 4);
  CHECK_FALSE(in.limit(5));
  CHECK(in.shortage() == StopReason::bad_length);
  CHECK(in.needed() == 5);
  CHECK(in.had() == 4);
  CHECK(in.claimed() == 4);
}

TEST_CASE("a reader never holds more than its claim", "[wire]") {
  const ByteReader in(kBytes, 3);
  CHECK(in.captured() == 3);
  CHECK(in.rest().size() == 3);
}

TEST_CASE("the rest is what is captured, bounded by what is asked for", "[wire]") {
  ByteReader in(kBytes, 100);
  CHECK(in.skip(2));
  CHECK(in.rest().size() == 6);
  CHECK(in.rest(4).size() == 4);
  CHECK(in.rest(4).front() == 0x03);
  CHECK(in.rest(50).size() == 6);
  CHECK(in.offset() == 2);
}

TEST_CASE("what continues in another packet is cut, and a header in it may claim more than there is here", "[wire]") {
  ByteReader in(kBytes, kBytes.size());
  in.continues_elsewhere();
  CHECK(in.claimed() == 8);
  CHECK_FALSE(in.take<9>());
  CHECK(in.shortage() == StopReason::cut);
  CHECK(in.limit(9));
  CHECK(in.captured() == 8);
  CHECK(in.claimed() == 9);
  CHECK_FALSE(in.skip(9));
  CHECK(in.shortage() == StopReason::cut);
}

TEST_CASE("what a quote lacks is cut, never a contradiction, and offsets go on counting", "[wire]") {
  ByteReader in(kBytes, kBytes.size());
  CHECK(in.skip(4));
  ByteReader quote = in.quoted();
  CHECK(quote.offset() == 4);
  CHECK(quote.captured() == 4);
  CHECK_FALSE(quote.take<8>());
  CHECK(quote.shortage() == StopReason::cut);
}

TEST_CASE("an empty reader reads nothing", "[wire]") {
  ByteReader in({}, 0);
  CHECK_FALSE(in.take<1>());
  CHECK(in.shortage() == StopReason::bad_length);
  CHECK(in.skip(0));
  CHECK(in.rest().empty());
}
