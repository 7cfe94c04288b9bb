// Packet time: from a file's units, to RFC 3339 and to words for people.
#include "src/core/time.h"

#include <limits>

#include "tests/support/catch.h"

using whydrop::Duration;
using whydrop::human;
using whydrop::parse_rfc3339;
using whydrop::rfc3339;
using whydrop::Time;
using whydrop::time_from_units;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMaxUnsigned = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t kMaxSigned = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMinSigned = std::numeric_limits<std::int64_t>::min();

}  // namespace

TEST_CASE("a time prints as RFC 3339 with nanoseconds, before the epoch too", "[core]") {
  struct Row {
    std::int64_t nanos;
    const char* text;
  };
  const auto row = GENERATE(
      Row{0, "1970-01-01T00:00:00.000000000Z"}, Row{1'795'238'737'123'456'789, "2026-11-21T05:25:37.123456789Z"},
      Row{951'782'400'000'000'000, "2000-02-29T00:00:00.000000000Z"}, Row{-1, "1969-12-31T23:59:59.999999999Z"},
      Row{-1'000'000'000, "1969-12-31T23:59:59.000000000Z"}, Row{-86'400'000'000'000, "1969-12-31T00:00:00.000000000Z"},
      Row{kMaxSigned, "2262-04-11T23:47:16.854775807Z"}, Row{kMinSigned, "1677-09-21T00:12:43.145224192Z"});
  CHECK(rfc3339(Time{Duration{row.nanos}}) == row.text);
}

TEST_CASE("timestamps of every resolution become nanoseconds", "[core]") {
  struct Row {
    std::uint64_t units;
    std::uint64_t per_second;
    std::int64_t offset;
    std::int64_t nanos;
  };
  const auto row = GENERATE(
      Row{5, 1, 0, 5'000'000'000}, Row{1'500'000, 1'000'000, 0, 1'500'000'000}, Row{1'500, 1'000'000'000, 0, 1'500},
      Row{1'500, 1'000'000'000'000, 0, 1}, Row{3, std::uint64_t{1} << 1U, 0, 1'500'000'000},
      Row{(std::uint64_t{1} << 63U) + (std::uint64_t{1} << 62U), std::uint64_t{1} << 63U, 0, 1'500'000'000},
      Row{1'500'000, 1'000'000, 3'600, 3'601'500'000'000}, Row{1'500'000, 1'000'000, -2, -500'000'000},
      Row{7, 0, 7, 0});
  CAPTURE(row.units, row.per_second, row.offset);
  CHECK(time_from_units(row.units, row.per_second, row.offset).time_since_epoch().count() == row.nanos);
}

TEST_CASE("a timestamp too large for a time saturates instead of wrapping", "[core]") {
  struct Row {
    std::uint64_t units;
    std::int64_t offset;
    const char* year;
  };
  const auto row =
      GENERATE(Row{kMaxUnsigned, 0, "2262"}, Row{kMaxUnsigned, kMaxSigned, "2262"}, Row{0, kMaxSigned, "2262"},
               Row{0, kMinSigned, "1677"}, Row{kMaxUnsigned, kMinSigned, "1677"}, Row{9'223'372'036, 0, "2262"});
  CAPTURE(row.units, row.offset);
  CHECK(rfc3339(time_from_units(row.units, 1, row.offset)).substr(0, 4) == row.year);
}

TEST_CASE("a written time is read back, and nothing else is", "[core]") {
  const std::string text =
      GENERATE("1970-01-01T00:00:00.000000000Z", "2024-02-29T23:59:59.999999999Z", "2262-04-11T23:47:16.854775807Z");
  REQUIRE(parse_rfc3339(text));
  CHECK(rfc3339(*parse_rfc3339(text)) == text);
  const std::string other =
      GENERATE("", "2024-02-29T23:59:59.999999999", "2023-02-29T00:00:00.000000000Z", "1969-12-31T23:59:59.000000000Z",
               "2262-04-11T23:47:16.854775808Z", "2024-02-01T24:00:00.000000000Z", "2024-02-01T00:60:00.000000000Z",
               "2024-02-01 00:00:00.000000000Z", "2024-02-0xT00:00:00.000000000Z");
  CHECK_FALSE(parse_rfc3339(other));
}

TEST_CASE("a duration reads naturally from microseconds to days", "[core]") {
  struct Row {
    Duration duration;
    const char* text;
  };
  const auto row = GENERATE(
      Row{0ns, "0 µs"}, Row{350us, "350 µs"}, Row{999'400ns, "999 µs"}, Row{999'600ns, "1.0 ms"},
      Row{4'200us, "4.2 ms"}, Row{9'960us, "10 ms"}, Row{999'400us, "999 ms"}, Row{999'600us, "1.0 s"},
      Row{4'200ms, "4.2 s"}, Row{99'900ms, "99.9 s"}, Row{99'960ms, "1 min 40 s"}, Row{127s, "2 min 7 s"},
      Row{3'599'600ms, "1 h 0 min"}, Row{3h + 5min + 59s, "3 h 5 min"}, Row{48h, "2 d 0 h"}, Row{-63s, "-63.0 s"},
      Row{-1ns, "-0 µs"}, Row{Duration::max(), "106751 d 23 h"}, Row{Duration::min(), "-106751 d 23 h"});
  CHECK(human(row.duration) == row.text);
}
