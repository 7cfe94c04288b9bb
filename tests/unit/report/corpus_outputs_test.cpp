// The forms of a corpus result.
#include <nlohmann/json.hpp>

#include "src/report/corpus.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

using Catch::Matchers::Contains;

CorpusCheck check(const char* capture, CheckStatus status) {
  CorpusCheck one;
  one.capture = capture;
  one.expectation = std::string(capture) + ".expect.yaml";
  one.status = status;
  one.seconds = 0.25;
  if (status == CheckStatus::fail || status == CheckStatus::error)
    one.details = {"count: expected <2>, found \"1\" & more"};
  if (status == CheckStatus::xfail || status == CheckStatus::unexpected_pass) one.reason = "see #7";
  return one;
}

CorpusResult one_of_each() {
  CorpusResult result;
  result.checks = {check("a.pcap", CheckStatus::pass),  check("b.pcap", CheckStatus::fail),
                   check("c.pcap", CheckStatus::xfail), check("d.pcap", CheckStatus::unexpected_pass),
                   check("e.pcap", CheckStatus::error), check("f.pcap", CheckStatus::skip)};
  result.seconds = 1.5;
  return result;
}

TEST_CASE("a corpus result as text has a line per capture, details where they help, a summary", "[corpus]") {
  CHECK(corpus_text(one_of_each(), Paint(false)) ==
        "pass  a.pcap (250 ms)\n"
        "FAIL  b.pcap (250 ms): not as b.pcap.expect.yaml says\n"
        "      count: expected <2>, found \"1\" & more\n"
        "xfail c.pcap (250 ms): see #7\n"
        "XPASS d.pcap (250 ms): holds, although marked as xfail: see #7\n"
        "ERROR e.pcap (250 ms)\n"
        "      count: expected <2>, found \"1\" & more\n"
        "skip  f.pcap: no expectation beside it\n"
        "6 captures, 1 pass, 1 fail, 1 unexpected-pass, 1 error, 1 xfail, 1 skip, in 1500 ms\n"
        "FAIL: if what was found is right, --bless writes it into the expectation.\n"
        "XPASS: remove the xfail line from the expectation.\n");
}

TEST_CASE("details of a corpus result fit the screen", "[corpus]") {
  CorpusResult result;
  result.checks = {check("b.pcap", CheckStatus::fail)};
  result.checks.front().details = {"  cause: expected one first, found it at place 17; first: " + std::string(40, 'x')};
  CHECK_THAT(corpus_text(result, Paint(false)),
             Contains("\n        cause: expected one first, found it at place 17; first:\n          " +
                      std::string(40, 'x') + "\n"));
}

TEST_CASE("a corpus result as TAP marks what is known to fail as TODO", "[corpus]") {
  CHECK(corpus_tap(one_of_each()) ==
        "TAP version 13\n"
        "1..6\n"
        "ok 1 - a.pcap\n"
        "not ok 2 - b.pcap\n"
        "# count: expected <2>, found \"1\" & more\n"
        "not ok 3 - c.pcap # TODO see _7\n"
        "ok 4 - d.pcap # TODO see _7\n"
        "not ok 5 - e.pcap\n"
        "# count: expected <2>, found \"1\" & more\n"
        "ok 6 - f.pcap # SKIP no expectation\n");
}

TEST_CASE("a corpus result as JUnit escapes what XML reserves", "[corpus]") {
  CorpusResult result = one_of_each();
  result.started = time_from_units(1'795'238'737, 1);
  const std::string text = corpus_junit(result);
  CHECK_THAT(text, Contains(" timestamp=\"2026-11-21T05:25:37\" "));
  CHECK_THAT(text, Contains("tests=\"6\" failures=\"2\" errors=\"1\" skipped=\"2\" time=\"1.500\""));
  CHECK_THAT(text, Contains("<testcase classname=\"b.pcap\" name=\"b.pcap.expect.yaml\" time=\"0.250\"><failure "
                            "type=\"mismatch\" message=\"count: expected &lt;2&gt;, found &quot;1&quot; &amp; more\">"
                            "count: expected &lt;2&gt;, found &quot;1&quot; &amp; more\n</failure></testcase>"));
  CHECK_THAT(text, Contains(">holds, although marked as xfail: see #7\n</failure>"));
  CHECK_THAT(text, Contains("<error type=\"unreadable\""));
  CHECK_THAT(text, Contains("<skipped message=\"expected to fail: see #7\"/>"));
}

TEST_CASE("precision and recall count findings, and ranks count true causes", "[corpus]") {
  CorpusResult result = one_of_each();
  result.checks[0].matched = {VerdictId::refused, VerdictId::refused, VerdictId::refused};
  result.checks[1].missed = {VerdictId::refused};
  result.checks[1].unexpected = {VerdictId::stalled};
  result.checks[0].causes = {{.wanted = "host-down", .rank = 1},
                             {.wanted = "silent-filter", .family = true, .rank = 3}};
  result.checks[1].causes = {{.wanted = "no-route"}};
  const auto json = nlohmann::json::parse(corpus_json(result));
  CHECK(json["captures"]["total"] == 6);
  CHECK(json["captures"]["unexpected-pass"] == 1);
  CHECK(json["verdicts"]["refused"]["precision"] == 1.0);
  CHECK(json["verdicts"]["refused"]["recall"] == 0.75);
  CHECK(json["verdicts"]["stalled"]["precision"] == 0.0);
  CHECK(json["verdicts"]["stalled"]["recall"].is_null());
  CHECK(json["causes"] == nlohmann::json::parse(R"({"wanted": 3, "by_rank": {"1": 1, "3": 1}, "unranked": 1})"));
  CHECK(json["checks"][0]["causes"][1]["cause_family"] == "silent-filter");
}

}  // namespace
}  // namespace whydrop
