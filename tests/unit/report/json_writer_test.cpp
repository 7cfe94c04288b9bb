// The writer of JSON, beside nlohmann-json, whose dump it must equal.
#include "src/report/json_writer.h"

#include <limits>
#include <random>
#include <vector>

#include "tests/support/catch.h"

namespace whydrop {
namespace {

using Layout = JsonWriter::Layout;

template <typename Fill>
std::string written(Layout layout, const Fill& fill) {
  std::string text;
  JsonWriter json(text, layout);
  json.object([&] { fill(json); });
  return text + '\n';
}

template <typename T>
std::string one_member(const T& value) {
  return written(Layout::one_line, [&](JsonWriter& json) { json.member("it", value); });
}

std::string expected(const Json& value) { return dumped({{"it", value}}, -1); }

TEST_CASE("escapes, and what stands for bytes that are not UTF-8, are those of nlohmann-json", "[report]") {
  const std::string text = GENERATE(as<std::string>(),
                                    // what needs none, and its neighbours
                                    "", " ~", "\x7f", "a\"b\\c/d", "\b\t\n\f\r", "\x01\x1f",
                                    // the first and last of each length, and a surrogate pair
                                    "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
                                    "\xf4\x8f\xbf\xbf", "50 \xc2\xb5s", "\xf0\x9f\x98\x80!",
                                    // too long, a surrogate, beyond Unicode
                                    "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\x9f\xbf",
                                    "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                                    // cut, at the end and by what follows
                                    "\xe2\x82", "\xe2\x82z", "\xf0\x9f\x98", "\xf0\x9f\x98\xc2\xb5", "\xc2\xc2\xb5",
                                    "\x80\xbf\x80", "\xe2\x82\"");
  CHECK(one_member(text) == expected(text));
  CHECK(one_member(std::string("a\0b", 3)) == expected(std::string("a\0b", 3)));
}

TEST_CASE("no mixture of bytes is written otherwise than by nlohmann-json", "[report]") {
  constexpr std::string_view kBytes = "a\"\x1f\x7f\x80\x8f\x90\x9f\xa0\xbf\xc2\xdf\xe0\xe2\xed\xef\xf0\xf1\xf4\xf5";
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp,bugprone-random-generator-seed): the same each time
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t left = random() % 9; left != 0; --left) text += kBytes[random() % kBytes.size()];
    if (one_member(text) != expected(text)) FAIL(expected(text));
  }
}

TEST_CASE("numbers have the digits of nlohmann-json", "[report]") {
  using Limits = std::numeric_limits<double>;
  const double value = GENERATE(0.0, -0.0, 1.0, 0.98, 0.61, 1.0 / 3, 0.1 + 0.2, 99.9999, 1e-4, 1e-5, 123456.789, 1e14,
                                1e15, 1e16, -2.5e-7, Limits::max(), Limits::min(), Limits::denorm_min(),
                                Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN());
  CHECK(one_member(value) == expected(value));
  CHECK(one_member(std::numeric_limits<std::uint64_t>::max()) == "{\"it\":18446744073709551615}\n");
  CHECK(one_member(std::numeric_limits<std::int64_t>::min()) == "{\"it\":-9223372036854775808}\n");
  CHECK(one_member(std::uint16_t{443}) == "{\"it\":443}\n");
  CHECK(one_member(std::uint8_t{65}) == "{\"it\":65}\n");
}

TEST_CASE("text, truth and nothing keep their types", "[report]") {
  CHECK(one_member("true") == "{\"it\":\"true\"}\n");
  CHECK(one_member(true) == "{\"it\":true}\n");
  CHECK(one_member(nullptr) == "{\"it\":null}\n");
  CHECK(one_member(std::optional<std::uint16_t>()) == "{\"it\":null}\n");
  CHECK(one_member(std::optional(std::string("null"))) == "{\"it\":\"null\"}\n");
}

TEST_CASE("objects and lists, empty ones and trees among them, are laid out as nlohmann-json does", "[report]") {
  const Json tree = {{"list", {1, {{"deep", Json::array()}}}}, {"text", "two\nlines"}};
  const std::vector<std::string> names = {"a", "b"};
  const auto fill = [&](JsonWriter& json) {
    json.list("names", names);
    json.list("sizes", names, [](const std::string& name) { return name.size(); });
    json.list("none", std::vector<int>());
    json.object("empty", [] {});
    json.object("outer", [&] {
      json.member("tree", tree);
      json.objects("named", names, [&](const std::string& name) { json.member("name", name); });
      json.objects("nobody", std::vector<int>(), [](int) {});
    });
    json.member("last", 1);
  };
  const Json same = {
      {"names", {"a", "b"}},
      {"sizes", {1, 1}},
      {"none", Json::array()},
      {"empty", Json::object()},
      {"outer",
       {{"tree", tree}, {"named", Json::array({{{"name", "a"}}, {{"name", "b"}}})}, {"nobody", Json::array()}}},
      {"last", 1}};
  CHECK(written(Layout::indented, fill) == dumped(same, 2));
  CHECK(written(Layout::one_line, fill) == dumped(same, -1));
}

}  // namespace
}  // namespace whydrop
