// Facts by key: what a full table still knows, and what it does not take any more.
#include "src/verdict/fact_table.h"

#include <cstdint>

#include "tests/support/catch.h"

namespace whydrop {
namespace {

FlowKey key(std::uint32_t number) { return {.low_port = static_cast<std::uint16_t>(number), .encapsulation = 0}; }

}  // namespace

TEST_CASE("a full table knows its keys and no others", "[verdict]") {
  constexpr std::uint32_t kMost = 1000;
  FactTable<std::uint32_t> table(kMost);
  for (std::uint32_t at = 0; at < kMost; ++at) {
    const auto place = table.place(key(at));
    CHECK(place.is_new);
    place.facts = at;
  }
  for (std::uint32_t at = 0; at < kMost; ++at) {
    REQUIRE(table.find(key(at)) != nullptr);
    CHECK(*table.find(key(at)) == at);
    CHECK_FALSE(table.place(key(at)).is_new);
  }
  for (std::uint32_t at = kMost; at < 10 * kMost; ++at) {
    const auto place = table.place(key(at));
    CHECK(place.is_new);
    CHECK(place.facts == 0);
    place.facts = at;  // of the place that all of them share
    CHECK(table.find(key(at)) == nullptr);
  }
  CHECK(table.entries().size() == kMost);
}

TEST_CASE("a copy of a full table knows the same", "[verdict]") {
  FactTable<std::uint32_t> table(100);
  for (std::uint32_t at = 0; at < 200; ++at) table[key(at)] = at;
  FactTable<std::uint32_t> copy(100);
  unsigned pauses = 0;
  copy.make_room_for(table, [&] { ++pauses; });
  CHECK(pauses == 1);
  copy = table;
  CHECK(copy.entries().size() == 100);
  CHECK(*copy.find(key(99)) == 99);
  CHECK(copy.find(key(100)) == nullptr);
  CHECK(copy[key(5)] == 5);
}

}  // namespace whydrop
