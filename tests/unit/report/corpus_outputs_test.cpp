// The forms of a corpus result.
#include <nlohmann/json.hpp>

#include "src/report/corpus.h"
#include "src/report/corpus_calibration.h"
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

TrueCause truth(std::optional<std::size_t> rank, std::optional<std::size_t> family_rank, double leading,
                bool decided = false) {
  return {.cause = "host-down",
          .decided = decided,
          .rank = rank,
          .family_rank = family_rank,
          .families = {{.family = "leading", .probability = leading}}};
}

TEST_CASE("a capture weighs one in the calibration, whatever number of findings it has", "[corpus]") {
  CorpusResult result = one_of_each();
  result.checks[0].truths = {truth(1, 1, 0.9), truth(9, 3, 0.5), truth(9, 4, 0.5), truth({}, {}, 0.5)};
  result.checks[1].truths = {truth(2, 1, 0.95)};
  const Calibration calibration = calibration_of(result);
  CHECK(calibration.findings == 5);
  CHECK(calibration.families.captures == 2);
  CHECK(calibration.families.first == 1.25);
  CHECK(calibration.families.within_3 == 1.5);
  CHECK(calibration.causes.captures == 0);
}

TEST_CASE("single causes are counted where an expectation says that the packets decide", "[corpus]") {
  CorpusResult result = one_of_each();
  result.checks[0].truths = {truth(1, 1, 0.9, true), truth(2, 1, 0.9, true), truth(1, 1, 0.9)};
  const Calibration calibration = calibration_of(result);
  CHECK(calibration.causes.captures == 1);
  CHECK(calibration.causes.first == 0.5);
}

TEST_CASE("the reliability table holds what the leading family promised against how often it was true", "[corpus]") {
  CorpusResult result = one_of_each();
  result.checks[0].truths = {truth(1, 1, 0.81)};
  result.checks[1].truths = {truth(4, 2, 1.0)};
  result.checks[2].truths = {truth(1, 1, 0.1)};
  result.checks[3].truths = {TrueCause{.cause = "host-down"}};  // nothing found: in no bin, yet counted
  const auto calibration = nlohmann::json::parse(corpus_json(result))["calibration"];
  CHECK(calibration["captures"] == 4.0);
  CHECK(calibration["family_first"] == 0.5);
  CHECK(calibration["decided_first"].is_null());
  REQUIRE(calibration["reliability"].size() == 5);
  CHECK(calibration["reliability"][0]["right"] == 1.0);
  CHECK(calibration["reliability"][2]["right"].is_null());
  CHECK(calibration["reliability"][4]["captures"] == 2.0);
  CHECK(calibration["reliability"][4]["mean_probability"] == 0.905);
  CHECK(calibration["reliability"][4]["right"] == 0.5);
}

}  // namespace
}  // namespace whydrop
