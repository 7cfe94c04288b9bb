// Expectations against reports: what matches, what nearly does, what is counted.
#include "src/app/corpus/compare.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

Diagnosis found(VerdictId verdict, const char* server, std::uint16_t port, std::uint64_t count = 1) {
  Diagnosis diagnosis;
  Finding& finding = diagnosis.finding;
  finding.verdict = verdict;
  finding.severity = info(verdict).severity;
  finding.transport = Transport::tcp;
  finding.client.address = IpAddress::parse("10.0.0.1");
  finding.server = {.address = IpAddress::parse(server), .port = port};
  finding.count = count;
  finding.attributes = {{.name = "code", .value = std::string("host-prohibited")}, {.name = "mtu", .value = 1400.0}};
  diagnosis.causes = {RankedCause{.id = "host-firewall-drop", .family = "silent-filter", .probability = 0.5},
                      RankedCause{.id = "host-down", .family = "host-down", .probability = 0.3}};
  diagnosis.families = {{.id = "silent-filter", .probability = 0.5, .members = {0}},
                        {.id = "host-down", .probability = 0.3, .members = {1}}};
  return diagnosis;
}

Report report_of(std::vector<Diagnosis> diagnoses) {
  Report report;
  report.diagnoses = std::move(diagnoses);
  return report;
}

ExpectedFinding expected(VerdictId verdict) {
  ExpectedFinding finding;
  finding.verdict = verdict;
  return finding;
}

Expectation expecting(std::vector<ExpectedFinding> findings) {
  Expectation expectation;
  expectation.findings = std::move(findings);
  return expectation;
}

TEST_CASE("what an expectation does not mention is not compared", "[corpus]") {
  const Comparison result =
      compare(expecting({expected(VerdictId::refused)}), report_of({found(VerdictId::refused, "10.0.0.2", 80, 7)}));
  CHECK(result.differences.empty());
  CHECK(result.matched == std::vector{VerdictId::refused});
}

TEST_CASE("every field that is mentioned must fit, and says so when it does not", "[corpus]") {
  struct Row {
    const char* line;
    void (*change)(ExpectedFinding&);
  };
  const Row row = GENERATE(values<Row>({
      {"verdict: expected stalled, found refused", [](ExpectedFinding& e) { e.verdict = VerdictId::stalled; }},
      {"transport: expected udp, found tcp", [](ExpectedFinding& e) { e.transport = Transport::udp; }},
      {"client: expected 10.0.0.9, found 10.0.0.1",
       [](ExpectedFinding& e) { e.client = IpAddress::parse("10.0.0.9"); }},
      {"server: expected 10.0.0.9, found 10.0.0.2",
       [](ExpectedFinding& e) { e.server = IpAddress::parse("10.0.0.9"); }},
      {"server_port: expected 81, found 80", [](ExpectedFinding& e) { e.server_port = 81; }},
      {"count: expected 2..5, found 1", [](ExpectedFinding& e) { e.count = CountRange{2, 5}; }},
      {"vantage: expected path, found unknown", [](ExpectedFinding& e) { e.vantage = Vantage::path; }},
      {"secondary: expected frag-needed, found none",
       [](ExpectedFinding& e) { e.secondary = {VerdictId::frag_needed}; }},
      {"attribute code: expected other, found host-prohibited",
       [](ExpectedFinding& e) { e.attributes = {{"code", "other"}}; }},
      {"attribute hop: expected 3, found nothing", [](ExpectedFinding& e) { e.attributes = {{"hop", "3"}}; }},
      {"cause: expected host-down first, found it at place 2; the first are host-firewall-drop 50%, host-down 30%",
       [](ExpectedFinding& e) { e.cause = "host-down"; }},
      {"cause_family: expected no-route first, found it nowhere; the first are silent-filter 50%, host-down 30%",
       [](ExpectedFinding& e) { e.cause_family = "no-route"; }},
  }));
  CAPTURE(row.line);
  ExpectedFinding wanted = expected(VerdictId::refused);
  row.change(wanted);
  const Comparison result = compare(expecting({wanted}), report_of({found(VerdictId::refused, "10.0.0.2", 80)}));
  REQUIRE(result.differences.size() == 3);
  CHECK(result.differences[2] == "  " + std::string(row.line));
  CHECK(result.missed == std::vector{wanted.verdict});
  CHECK(result.unexpected == std::vector{VerdictId::refused});
}

TEST_CASE("numbers are compared as numbers, and a cause may stand within the first N", "[corpus]") {
  ExpectedFinding wanted = expected(VerdictId::refused);
  wanted.attributes = {{"mtu", "1400.0"}};
  wanted.cause = "host-down";
  wanted.cause_within = 2;
  const Comparison result = compare(expecting({wanted}), report_of({found(VerdictId::refused, "10.0.0.2", 80)}));
  CHECK(result.differences.empty());
  REQUIRE(result.causes.size() == 1);
  CHECK(result.causes[0].rank == 2U);
}

TEST_CASE("the true cause is ranked whatever else is expected, by its family for this finding", "[corpus]") {
  ExpectedFinding wanted = expected(VerdictId::refused);
  wanted.truth = "host-down";
  wanted.cause_family = "silent-filter";
  const Comparison result = compare(expecting({wanted}), report_of({found(VerdictId::refused, "10.0.0.2", 80)}));
  CHECK(result.differences.empty());
  REQUIRE(result.truths.size() == 1);
  CHECK(result.truths[0].rank == 2U);
  CHECK(result.truths[0].family_rank == 2U);
  CHECK_FALSE(result.truths[0].decided);
  CHECK(result.truths[0].families.front().family == "silent-filter");
}

TEST_CASE("a true cause that is not thought of has no rank, nor has that of a finding that is not there", "[corpus]") {
  ExpectedFinding wanted = expected(VerdictId::refused);
  wanted.truth = wanted.cause = "no-route";
  const Comparison beside = compare(expecting({wanted}), report_of({found(VerdictId::refused, "10.0.0.2", 80)}));
  const Comparison nothing = compare(expecting({wanted}), report_of({}));
  for (const Comparison& result : {beside, nothing}) {
    REQUIRE(result.truths.size() == 1);
    CHECK(result.truths[0].decided);
    CHECK_FALSE(result.truths[0].rank.has_value());
    CHECK_FALSE(result.truths[0].family_rank.has_value());
  }
  CHECK_FALSE(beside.truths[0].families.empty());
  CHECK(nothing.truths[0].families.empty());
}

TEST_CASE("an expectation that fits several findings leaves to others what only they fit", "[corpus]") {
  ExpectedFinding narrow = expected(VerdictId::refused);
  narrow.server_port = 80;
  const Report report =
      report_of({found(VerdictId::refused, "10.0.0.2", 80), found(VerdictId::refused, "10.0.0.2", 81)});
  // The broad one comes first and would take port 80.
  CHECK(compare(expecting({expected(VerdictId::refused), narrow}), report).differences.empty());
}

TEST_CASE("one finding answers one expectation", "[corpus]") {
  const Expectation twice = expecting({expected(VerdictId::refused), expected(VerdictId::refused)});
  const Comparison result = compare(twice, report_of({found(VerdictId::refused, "10.0.0.2", 80)}));
  CHECK(result.matched.size() == 1);
  CHECK(result.missed.size() == 1);
  CHECK(result.differences.back() == "found     nothing like it");
}

TEST_CASE("the nearest finding is shown beside what is missing", "[corpus]") {
  ExpectedFinding wanted = expected(VerdictId::refused);
  wanted.server = IpAddress::parse("10.0.0.3");
  wanted.server_port = 80;
  wanted.count = CountRange{2, 2};
  const Comparison result =
      compare(expecting({wanted}),
              report_of({found(VerdictId::stalled, "10.0.0.2", 80), found(VerdictId::refused, "10.0.0.3", 80)}));
  REQUIRE(result.differences.size() == 4);
  CHECK(result.differences[1] == "found     refused tcp 10.0.0.1 -> 10.0.0.3:80, count 1");
  CHECK(result.differences[2] == "  count: expected 2, found 1");
  CHECK(result.differences[3] == "found     stalled tcp 10.0.0.1 -> 10.0.0.2:80, count 1: not expected");
}

TEST_CASE("findings: none allows information, a list allows nothing beyond it", "[corpus]") {
  const Report informed = report_of({found(VerdictId::frag_needed, "10.0.0.2", 80)});
  Expectation none;
  none.none = true;
  CHECK(compare(none, informed).differences.empty());
  CHECK(compare(expecting({}), informed).differences.size() == 1);
  CHECK(compare(none, report_of({found(VerdictId::refused, "10.0.0.2", 80)})).differences.size() == 1);
  Expectation tolerant;
  tolerant.allow_others = true;
  CHECK(compare(tolerant, report_of({found(VerdictId::refused, "10.0.0.2", 80)})).differences.empty());
}

TEST_CASE("absent verdicts and quality notes are checked whatever else is allowed", "[corpus]") {
  Expectation expectation;
  expectation.allow_others = true;
  expectation.absent = {VerdictId::refused};
  expectation.quality = {QualityId::short_capture};
  Report report = report_of({found(VerdictId::refused, "10.0.0.2", 80)});
  report.capture.quality = {{.id = QualityId::offload, .detail = "", .affects = {}}};
  CHECK(compare(expectation, report).differences ==
        std::vector<std::string>{"found     refused tcp 10.0.0.1 -> 10.0.0.2:80, count 1: must be absent",
                                 "quality: expected short, found offload"});
}

}  // namespace
}  // namespace whydrop
