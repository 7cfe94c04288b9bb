// Files in other formats: what they are called, and the command that helps.
#include "src/capture/foreign.h"

#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"

namespace whydrop {
namespace {

using std::string_view_literals::operator""sv;

std::string way_out_for(std::string_view head, const std::string& path = "x.cap") {
  const Bytes bytes = bytes_of(head);
  const auto foreign = recognise_foreign(bytes, path);
  return foreign ? foreign->what + "; " + foreign->way_out : "";
}

TEST_CASE("a foreign file is named by its content, with the command that helps", "[capture]") {
  const auto [head, what, command] = GENERATE(table<std::string_view, std::string, std::string>({
      {"BZh91AY&SY"sv, "bzip2", "bzip2 -dc x.cap | whydrop -"},
      {"PK\x03\x04\x14"sv, "zip", "unzip -p x.cap | whydrop -"},
      {"GMBU\0\x02"sv, "Network Monitor 2", "editcap -F pcapng x.cap x.cap.pcapng"},
      {"RTSS\x01\x01"sv, "Network Monitor 1", "editcap -F pcapng x.cap x.cap.pcapng"},
      {"snoop\0\0\0\0\0\0\x02"sv, "snoop", "editcap -F pcapng x.cap x.cap.pcapng"},
      {"iptrace 2.0"sv, "iptrace", "editcap -F pcapng x.cap x.cap.pcapng"},
      {"TRSNIFF data    \x1a\x01"sv, "Sniffer", "editcap -F pcapng x.cap x.cap.pcapng"},
      {"XCP\0"
       "002.001\0"sv,
       "NetXRay", "editcap -F pcapng x.cap x.cap.pcapng"},
      {"{\n  \"log\": {\n"sv, "HAR", "tcpdump -w"},
      {"{\"log\":{\"version\""sv, "HAR", "tcpdump -w"},
      {"05:25:37.123456 IP 10.0.0.1.22 > 10.0.0.2.40000: Flags"sv, "text output", "tcpdump -w"},
      {"2026-11-21 05:25:37.123456 IP 10.0.0.1.22"sv, "text output", "tcpdump -w"},
      {"tcpdump: listening on eth0, link-type EN10MB"sv, "text output", "tcpdump -w"},
      {"reading from file x.pcap, link-type EN10MB"sv, "text output", "tcpdump -w"},
      {"\x0a\x0d\x0a\x6c\0\0\0"sv, "transferred as text", "binary mode"},
  }));
  CAPTURE(what);
  const std::string way_out = way_out_for(head);
  CHECK(way_out.find(what) != std::string::npos);
  CHECK(way_out.find(command) != std::string::npos);
}

TEST_CASE("a Windows trace is told by the marker behind its first buffer header", "[capture]") {
  const std::uint8_t width = GENERATE(std::uint8_t{1}, std::uint8_t{2});
  FileWriter file;
  file.u32(65536).raw(Bytes(68)).raw(Bytes{2, 0, width, 0xc0, 0, 1, 0, 0});
  const auto foreign = recognise_foreign(file.bytes(), "net.etl");
  REQUIRE(foreign);
  CHECK(foreign->way_out.find("etl2pcapng net.etl net.etl.pcapng") != std::string::npos);
}

TEST_CASE("what only looks a little like a foreign file is not taken for one", "[capture]") {
  const std::string_view head = GENERATE("GMB"sv, "snoop\0\0\x01"sv, "{\"login\": 1}"sv, "05:25:37 IP 10.0.0.1"sv,
                                         "a 05:25:37.123456 IP"sv, "tcpdump is a tool"sv, ""sv, "BZh"sv);
  CHECK(way_out_for(head).empty());
}

TEST_CASE("a path is quoted in a command as a shell wants it; standard input stays FILE", "[capture]") {
  const auto [path, command] = GENERATE(table<std::string, std::string>({
      {"/tmp/a-b_1.pcap.bz2", "bzip2 -dc /tmp/a-b_1.pcap.bz2 |"},
      {"my file.bz2", "bzip2 -dc 'my file.bz2' |"},
      {"it's.bz2", "bzip2 -dc 'it'\\''s.bz2' |"},
      {"-", "bzip2 -dc FILE |"},
  }));
  CHECK(way_out_for("BZh91AY&SY"sv, path).find(command) != std::string::npos);
}

TEST_CASE("opening a foreign file is an error that names it", "[capture]") {
  const ReadBack result = read_all(FileWriter().raw(bytes_of("GMBU")).raw(Bytes(200)).bytes());
  CHECK_FALSE(result.opened);
  REQUIRE(result.error);
  CHECK(result.error->what == "is a Network Monitor 2 capture");
  CHECK(result.error->path == "test.pcap");
}

TEST_CASE("opening what nobody knows is an error with a way out", "[capture]") {
  const Bytes bytes = GENERATE(bytes_of("hello world\n"), Bytes(1000), bytes_of("{\"schema\":\"x\"}"));
  const ReadBack result = read_all(bytes);
  CHECK_FALSE(result.opened);
  REQUIRE(result.error);
  CHECK(result.error->way_out.find("editcap") != std::string::npos);
}

}  // namespace
}  // namespace whydrop
