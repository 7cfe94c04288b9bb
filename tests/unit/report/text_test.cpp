// What a person sees: the first screen's size and content, the whole report, one line per finding.
#include "src/report/text.h"

#include <fmt/format.h>

#include <sstream>
#include <vector>

#include "src/report/layout.h"
#include "tests/support/catch.h"
#include "tests/unit/report/samples.h"

namespace whydrop {
namespace {

using Catch::Matchers::Contains;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string screen(const Report& report) { return text_report(report, {}); }
std::string full(const Report& report) { return text_report(report, {.detail = TextDetail::full}); }
std::string quiet(const Report& report) { return text_report(report, {.detail = TextDetail::quiet}); }

TEST_CASE("the first screen never exceeds 80 columns and leaves a line for the prompt", "[report]") {
  const std::size_t findings = GENERATE(as<std::size_t>{}, 0, 1, 2, 3, 5, 8, 13, 40, 200);
  const auto make = GENERATE(sample::failing, sample::long_addresses, sample::hostile);
  Report report = make(findings);
  const bool noted = GENERATE(false, true);
  if (noted) {
    for (const QualityInfo& kind : all_quality_notes()) {
      report.capture.quality.push_back(
          {.id = kind.id, .detail = std::string(200, 'q') + " and more words", .affects = {VerdictId::stalled}});
    }
  }
  CAPTURE(findings, noted);
  const std::vector<std::string> lines = lines_of(screen(report));
  CHECK(lines.size() <= kScreenLines);
  for (const std::string& line : lines) {
    CAPTURE(line);
    CHECK(display_width(line) <= kScreenWidth);
  }
}

TEST_CASE("the first screen says what failed, how often, between whom, since when, why, and what to run", "[report]") {
  const std::string text = screen(sample::failing(1));
  for (const char* part :
       {"server.pcap: 48 packets in 12.4 s from 2026-11-21 05:25:37 UTC", "21 flows: 20 ok, 1 failed",
        "F1  syn-no-reply  3,000,000  05:25:40  tcp 10.9.1.2 -> 10.9.2.2:443",
        "F1: nothing answers the SYN (seen at the server, confidence 97%)", "packet 12, 05:25:40.500: SYN",
        "after packet 19, until 05:25:49.900: no reply in 6.4 s",
        "Likely silent-at-host, 86%: these packets cannot separate its causes", "61%  host-firewall-drop:",
        "Otherwise reverse-path-filter 10%, none of these 4%", "for      10.9.2.2:80 answers the same client",
        "against  nothing was logged", "Next, on the server:\n  nft list ruleset | grep -n 443\n"}) {
    CHECK_THAT(text, Contains(part));
  }
}

TEST_CASE("findings that do not fit are counted, never silently left out", "[report]") {
  CHECK_THAT(screen(sample::failing(40)), Contains("more findings: -v shows all"));
  CHECK_THAT(screen(sample::failing(3)), !Contains("more finding"));
  // However many there are, the first one's cause and the next command stay.
  CHECK_THAT(screen(sample::failing(200)), Contains("against  nothing was logged") && Contains("nft list ruleset"));
}

TEST_CASE("a cause that stands alone is named with its title", "[report]") {
  Report report = sample::failing(1);
  report.diagnoses[0].families = {{.id = "reverse-path-filter", .probability = 0.1, .members = {3}}};
  CHECK_THAT(screen(report),
             Contains("Likely reverse-path-filter, 10%: The kernel drops packets from a wrong interface"));
}

TEST_CASE("a finding that no cause explains says so", "[report]") {
  Report report = sample::failing(1);
  report.diagnoses[0] = {};
  report.diagnoses[0].finding = sample::silence();
  CHECK_THAT(screen(report), Contains("Likely cause: none in the catalog fits") && !Contains("Next:"));
  CHECK_THAT(full(report), Contains("none in the catalog fits"));
  CHECK_THAT(quiet(report), !Contains("likely"));
}

TEST_CASE("healthy traffic is one line of counts", "[report]") {
  CHECK(screen(sample::healthy()) == "server.pcap: 48 packets in 12.4 s, 20 flows, all ok: nothing failed\n");
  CHECK(quiet(sample::healthy()).empty());
}

TEST_CASE("a long path gives way to the file's name, and a long name to its ends", "[report]") {
  Report report = sample::healthy();
  report.capture.files[0].path = "/a/folder/with/a/rather/long/name/" + std::string(20, 'x') + "/server.pcap";
  CHECK(screen(report) == "server.pcap: 48 packets in 12.4 s, 20 flows, all ok: nothing failed\n");
  report.capture.files[0].path = "/tmp/" + std::string(60, 'x') + ".pcap";
  report.flows = {.total = 21, .ok = 20, .inconclusive = 1};
  const std::vector<std::string> lines = lines_of(screen(report));
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Contains("...") && Contains(".pcap: 48 packets"));
  CHECK(lines[1] == "21 flows (20 ok, 1 inconclusive): no failure seen");
  report.flows = {.total = 21'000'000, .ok = 20'000'000, .inconclusive = 1'000'000};
  CHECK(lines_of(screen(report))[1] == "21,000,000 flows (20,000,000 ok, 1,000,000 inconclusive): no failure seen");
}

TEST_CASE("a capture without failures says what it could not have shown", "[report]") {
  Report report = sample::healthy();
  report.flows = {.total = 20, .ok = 18, .inconclusive = 2};
  report.capture.quality = {
      {.id = QualityId::capture_one_sided, .detail = "no packet of 10.9.2.2", .affects = {VerdictId::one_way}},
      {.id = QualityId::offload, .detail = "frames of 64 kB", .affects = {}}};
  const std::string text = screen(report);
  CHECK_THAT(text, Contains("20 flows (18 ok, 2 inconclusive): no failure seen"));
  CHECK_THAT(text, Contains("What this capture could not have shown:\n  - no packet of 10.9.2.2 (weakens one-way)"));
  CHECK_THAT(text, !Contains("64 kB"));  // it hides nothing
}

TEST_CASE("a sound file without packets says what that can mean", "[report]") {
  Report report;
  report.capture.files = {{.path = "empty.pcap", .format = "pcap", .packets = 0, .cut_at = std::nullopt}};
  report.capture.filters = {"tcp port 444"};
  CHECK_THAT(screen(report), Contains("empty.pcap: no packets") && Contains("interface") && Contains("filter") &&
                                 Contains("output rules") && Contains("Its filter was: tcp port 444"));
  CHECK_THAT(full(report), Contains("There are no packets, though the file is sound"));
}

TEST_CASE("the whole report has every finding, cause, check, fix and filter", "[report]") {
  const std::string text = full(sample::failing(30));
  for (const char* part :
       {"F30  syn-no-reply, failure", "hop limit 64", "4 SYNs over 7 s", "syns: 4", "tcp.port == 443",
        "reverse-path-filter", "prints the rule that drops", "until the next reload only", "4%  none of these",
        "client-firewall: the SYN has left the client", "Next test: on the server"}) {
    CHECK_THAT(text, Contains(part));
  }
  CHECK_THAT(text, !Contains("score"));
  const TextOptions with_scores{.detail = TextDetail::full, .color = false, .scores = true, .local_time = false};
  CHECK_THAT(text_report(sample::failing(1), with_scores),
             Contains("score    -0.50 = prior -1.25, other_port_answers +0.75"));
}

TEST_CASE("the whole report has the capture's comments, and its names of those that findings are about", "[report]") {
  Report report = sample::failing(1);
  report.capture.files[0].comments = {{12, "here"}, {0, "from the bastion"}};
  report.capture.files[0].names = {{*IpAddress::parse("10.9.2.2"), "db1"}, {*IpAddress::parse("10.9.7.7"), "db2"}};
  const std::string text = full(report);
  CHECK_THAT(text, Contains("\nComment on packet 12: here\n"));
  CHECK_THAT(text, Contains("\nComment: from the bastion\n"));
  CHECK_THAT(text, Contains("\n10.9.2.2 is db1, says the capture\n"));
  CHECK_THAT(text, !Contains("db2"));
}

TEST_CASE("-q prints one line per finding", "[report]") {
  const std::vector<std::string> lines = lines_of(quiet(sample::failing(3)));
  REQUIRE(lines.size() == 3);
  CHECK(lines[1] ==
        "F2 failure syn-no-reply 1500000x tcp 10.9.1.2 -> 10.9.2.2:444 since 2026-11-21 05:25:40 UTC, likely "
        "silent-at-host 86%");
}

TEST_CASE("colour changes no character of the text", "[report]") {
  const auto detail = GENERATE(TextDetail::screen, TextDetail::full, TextDetail::quiet);
  const Report report = sample::failing(3);
  const std::string plain = text_report(report, {.detail = detail});
  std::string painted = text_report(report, {.detail = detail, .color = true, .scores = false, .local_time = false});
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(painted != plain);
  for (const char* code : {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m"}) {
    for (std::size_t at = painted.find(code); at != std::string::npos; at = painted.find(code)) {
      painted.erase(at, std::string_view(code).size());
    }
  }
  CHECK(painted == plain);
}

TEST_CASE("nothing from outside reaches the terminal unescaped", "[report]") {
  const auto detail = GENERATE(TextDetail::screen, TextDetail::full, TextDetail::quiet);
  const std::string text = text_report(sample::hostile(2), {.detail = detail});
  for (const char* raw : {"\x1b", "\x07", "\r", "\xff", "\xe2\x80\xae", "\xc2\x9b"}) CHECK_THAT(text, !Contains(raw));
}

TEST_CASE("endpoints that differ within a finding are said to differ", "[report]") {
  Report report = sample::failing(1);
  Finding& finding = report.diagnoses[0].finding;
  finding.count = 3;
  finding.client.address.reset();
  finding.server.port.reset();
  CHECK_THAT(screen(report), Contains("tcp several clients -> 10.9.2.2:*"));
  finding.transport = Transport::icmp;  // has no ports that could differ
  CHECK_THAT(screen(report), Contains("icmp several clients -> 10.9.2.2\n"));
}

TEST_CASE("packets of several files are named with their file", "[report]") {
  Report report = sample::failing(1);
  report.capture.files.push_back({.path = "/captures/b.pcap", .format = "pcap", .packets = 1, .cut_at = std::nullopt});
  report.diagnoses[0].finding.evidence[0].packet = PacketRef{1, 7};
  CHECK_THAT(screen(report), Contains("server.pcap and 1 more file") && Contains("packet 7 of b.pcap, 05:25:40.500:"));
}

TEST_CASE("a capture of several days dates its findings", "[report]") {
  Report report = sample::failing(1);
  report.capture.last = sample::at(3 * 86400);
  CHECK_THAT(screen(report), Contains("  11-21 05:25  tcp"));
}

}  // namespace
}  // namespace whydrop
