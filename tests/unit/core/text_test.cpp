// Text for people: counts, escapes, suggestions.
#include "src/core/text.h"

#include <array>

#include "tests/support/catch.h"

using whydrop::counted;
using whydrop::escaped;
using whydrop::grouped;
using whydrop::nearest;
using namespace std::string_view_literals;

TEST_CASE("numbers are grouped by thousands", "[core]") {
  struct Row {
    std::uint64_t number;
    const char* text;
  };
  const auto row =
      GENERATE(Row{0, "0"}, Row{999, "999"}, Row{1'000, "1,000"}, Row{12'345, "12,345"}, Row{999'999, "999,999"},
               Row{1'234'567, "1,234,567"}, Row{18'446'744'073'709'551'615U, "18,446,744,073,709,551,615"});
  CHECK(grouped(row.number) == row.text);
}

TEST_CASE("one thing is singular, none and many are plural", "[core]") {
  CHECK(counted(0, "packet") == "0 packets");
  CHECK(counted(1, "packet") == "1 packet");
  CHECK(counted(2'000, "packet") == "2,000 packets");
}

TEST_CASE("captured bytes are printed without control characters, escapes or UTF-8", "[core]") {
  struct Row {
    std::string_view bytes;
    std::string_view text;
  };
  const auto row = GENERATE(Row{"SSH-2.0 ~ok", "SSH-2.0 ~ok"}, Row{"a\r\nb\t", R"(a\x0d\x0ab\x09)"},
                            Row{"\x1b[31mred", R"(\x1b[31mred)"}, Row{"nul\0in"sv, R"(nul\x00in)"},
                            Row{"\x7f\x80\xff", R"(\x7f\x80\xff)"}, Row{"é", R"(\xc3\xa9)"},
                            Row{R"(C:\x41)", R"(C:\\x41)"}, Row{"", ""});
  CHECK(escaped(row.bytes) == row.text);
}

TEST_CASE("at most so many captured bytes are printed, however long their escapes", "[core]") {
  CHECK(escaped(std::string(200, 'x')) == std::string(80, 'x'));
  CHECK(escaped("\n\n\n"sv, 2) == R"(\x0a\x0a)");
  constexpr std::array<std::uint8_t, 3> kBytes{'a', 0xff, 'b'};
  CHECK(escaped(kBytes, 2) == R"(a\xff)");
  CHECK(escaped(kBytes, 0).empty());
}

TEST_CASE("a mistyped word finds its nearest candidate within two edits", "[core]") {
  constexpr std::array kVerdicts{"syn-no-reply"sv, "udp-no-reply"sv, "refused"sv, "reset"sv};
  struct Row {
    const char* word;
    const char* found;
  };
  const auto row =
      GENERATE(Row{"syn-no-repli", "syn-no-reply"}, Row{"syn-noreply", "syn-no-reply"}, Row{"syn-no-replies", ""},
               Row{"refusd", "refused"}, Row{"rset", "reset"}, Row{"xyn-no-reply", "syn-no-reply"},
               Row{"reset", "reset"}, Row{"", ""}, Row{"stalled", ""});
  CHECK(nearest(row.word, kVerdicts) == row.found);
  CHECK(nearest(row.word, {}).empty());
}
