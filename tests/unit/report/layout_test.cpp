// Safe characters, widths, wrapping and commands to paste.
#include "src/report/layout.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

TEST_CASE("nothing that could move a terminal's cursor survives", "[report]") {
  struct Row {
    std::string raw;
    std::string shown;
  };
  const Row row = GENERATE(values<Row>({
      {"plain text", "plain text"},
      {"caf\xc3\xa9 \xc2\xb5s \xe2\x86\x92 \xe6\x8a\x93\xe5\x8c\x85",
       "caf\xc3\xa9 \xc2\xb5s \xe2\x86\x92 \xe6\x8a\x93\xe5\x8c\x85"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {"line\r\nbreak\ttab\x7f", "line\\x0d\\x0abreak\\x09tab\\x7f"},
      {"\xc2\x9b"
       "31m",
       "\\xc2\\x9b31m"},  // C1 control sequence introducer
      {"\xe2\x80\xae"
       "fdp.exe",
       "\\xe2\\x80\\xaefdp.exe"},           // right-to-left override
      {"\xff\xfe", "\\xff\\xfe"},           // never UTF-8
      {"\xc0\xaf", "\\xc0\\xaf"},           // overlong slash
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // surrogate
      {"cut \xe2\x82", "cut \\xe2\\x82"},
      {std::string("nul\0", 4), "nul\\x00"},
  }));
  CHECK(printable(row.raw) == row.shown);
}

TEST_CASE("width counts columns, not bytes", "[report]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("350 \xc2\xb5s") == 6);
  CHECK(display_width("\xe6\x8a\x93\xe5\x8c\x85") == 4);  // two wide characters
  CHECK(display_width("e\xcc\x81") == 1);                 // combining accent
  CHECK(display_width("\x1b[31mred\x1b[0m") == 3);        // our own colour
  CHECK(pad_left("\xc2\xb5s", 4) == "  \xc2\xb5s");
  CHECK(pad_right("\x1b[1mF1\x1b[0m", 4) == "\x1b[1mF1\x1b[0m  ");
  CHECK(pad_right("longer", 4) == "longer");
}

TEST_CASE("text that is too wide keeps its beginning, a path keeps both ends", "[report]") {
  CHECK(shortened("short", 5) == "short");
  CHECK(shortened("a longer text", 8) == "a lon...");
  CHECK(shortened_middle("/var/log/captures/host.pcap", 16) == "/var...host.pcap");
  CHECK(shortened_middle("host.pcap", 16) == "host.pcap");
  CHECK(display_width(
            shortened_middle("\xe6\x8a\x93\xe5\x8c\x85\xe6\x8a\x93\xe5\x8c\x85\xe6\x8a\x93\xe5\x8c\x85", 10)) <= 10);
}

TEST_CASE("text wraps at spaces, and a word without any is cut", "[report]") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("  one   two  ", 80) == std::vector<std::string>{"one two"});
  CHECK(wrap("one  two", 80) == std::vector<std::string>{"one two"});
  CHECK(wrap("one two ", 80) == std::vector<std::string>{"one two"});
  CHECK(wrap("one two", 7) == std::vector<std::string>{"one two"});
  CHECK(wrap("one two", 6) == std::vector<std::string>{"one", "two"});
  CHECK(wrap("", 80) == std::vector<std::string>{""});
  CHECK(wrap("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
  CHECK(wrap("\xe6\x8a\x93\xe5\x8c\x85", 1) == std::vector<std::string>{"\xe6\x8a\x93", "\xe5\x8c\x85"});
  CHECK(hanging("for  ", "one two three", 12) == std::vector<std::string>{"for  one two", "     three"});
}

TEST_CASE("text that is folded keeps its colour, and every character", "[report]") {
  CHECK(folded("", 3) == std::vector<std::string>{""});
  CHECK(folded("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
  CHECK(folded("a\x1b[1mbcd\x1b[0mef", 3) == std::vector<std::string>{"a\x1b[1mbc\x1b[0m", "\x1b[1md\x1b[0mef"});
  CHECK(folded("a\xe6\x8a\x93\xe5\x8c\x85", 3) == std::vector<std::string>{"a\xe6\x8a\x93", "\xe5\x8c\x85"});
}

TEST_CASE("what ASCII lacks becomes something of the same width", "[report]") {
  CHECK(in_ascii("28 \xc2\xb5s") == "28 us");
  CHECK(in_ascii("\xe6\x8a\x93 ok") == "?? ok");
  CHECK(in_ascii("\x1b[1mbold\x1b[0m") == "\x1b[1mbold\x1b[0m");
}

TEST_CASE("a long command breaks where the shell joins it again", "[report]") {
  using Lines = std::vector<std::string>;
  CHECK(command_lines("ss -ltn", 20) == Lines{"ss -ltn"});
  CHECK(command_lines("nft list ruleset inet", 17) == Lines{"nft list \\", "    ruleset inet"});
  CHECK(command_lines("one\ntwo", 20) == Lines{"one", "two"});
  // Never inside quotes, and a word of any length stays whole.
  CHECK(command_lines("echo 'a b c d' x", 12) == Lines{"echo \\", "    'a b c d' \\", "    x"});
  CHECK(command_lines("echo \"a \\\" b\" c", 13) == Lines{"echo \\", "    \"a \\\" b\" \\", "    c"});
  CHECK(command_lines("curl https://example.test/x", 12) == Lines{"curl \\", "    https://example.test/x"});
  CHECK(command_lines("Get-NetFirewallRule -Enabled True", 26) == Lines{"Get-NetFirewallRule `", "    -Enabled True"});
  CHECK(command_lines("echo \x1b[31m", 80) == Lines{"echo \\x1b[31m"});
}

}  // namespace
}  // namespace whydrop
