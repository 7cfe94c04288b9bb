// The JSON report: its members, its stability, and that the schema spells every public id.
#include "src/report/json.h"

#include <nlohmann/json.hpp>

#include <fstream>

#include "tests/support/catch.h"
#include "tests/unit/report/samples.h"

namespace whydrop {
namespace {

using nlohmann::json;

json parsed(const Report& report, bool scores = false) { return json::parse(json_report(report, {.scores = scores})); }

TEST_CASE("the JSON report has the members of schema whydrop/1", "[report]") {
  const json report = parsed(sample::failing(1));
  CHECK(report["schema"] == "whydrop/1");
  CHECK(report["capture"]["files"] == json{"server.pcap"});
  CHECK(report["capture"]["first"] == "2026-11-21T05:25:37.500000000Z");
  CHECK(report["capture"]["link_types"] == json{"ethernet"});
  CHECK(report["flows"] == json{{"total", 21}, {"ok", 20}, {"degraded", 0}, {"failed", 1}, {"inconclusive", 0}});
  const json& finding = report["findings"][0];
  CHECK(finding["id"] == "F1");
  CHECK(finding["verdict"] == "syn-no-reply");
  CHECK(finding["client"] == json{{"address", "10.9.1.2"}, {"port", nullptr}});
  CHECK(finding["server"] == json{{"address", "10.9.2.2"}, {"port", 443}});
  CHECK(finding["attributes"] == json{{"syns", 4}});
  CHECK(finding["evidence"][0]["packet"] == 12);
  CHECK_FALSE(finding["evidence"][0].contains("until"));
  CHECK(finding["evidence"][1]["until"] == "2026-11-21T05:25:49.900000000Z");
  CHECK(finding["causes"][0]["probability"] == 0.61);
  CHECK_FALSE(finding["causes"][0].contains("score"));
  CHECK(finding["next_test"]["command"] == "nft list ruleset | grep -n 443");
}

TEST_CASE("--scores adds each cause's score, and folded flows are counted when there are any", "[report]") {
  Report report = sample::failing(1);
  CHECK_FALSE(parsed(report)["flows"].contains("folded"));
  report.flows.folded = 7;
  CHECK(parsed(report)["flows"]["folded"] == 7);
  CHECK(parsed(report, true)["findings"][0]["causes"][0]["score"][0] == json{{"what", "prior"}, {"weight", -1.25}});
}

TEST_CASE("comments and names are there when somebody wrote them into the capture", "[report]") {
  Report report = sample::failing(1);
  CHECK_FALSE(parsed(report)["capture"].contains("comments"));
  CHECK_FALSE(parsed(report)["capture"].contains("names"));
  report.capture.files[0].comments = {{0, "from the bastion"}, {12, "here"}};
  report.capture.files[0].names = {{*IpAddress::parse("10.9.2.2"), "db1"}};
  const json capture = parsed(report)["capture"];
  CHECK(capture["comments"] == json::parse(R"([{"file": "server.pcap", "packet": null, "text": "from the bastion"},
                                               {"file": "server.pcap", "packet": 12, "text": "here"}])"));
  CHECK(capture["names"] == json::parse(R"([{"address": "10.9.2.2", "name": "db1"}])"));
}

TEST_CASE("what a report does not know is null", "[report]") {
  Report report = sample::failing(1);
  report.capture.first.reset();
  Diagnosis& diagnosis = report.diagnoses[0];
  diagnosis.finding.client = {};
  diagnosis.next_test = {};
  const json printed = parsed(report);
  CHECK(printed["capture"]["first"].is_null());
  CHECK(printed["findings"][0]["client"] == json{{"address", nullptr}, {"port", nullptr}});
  CHECK(printed["findings"][0]["next_test"].is_null());
}

TEST_CASE("a report without any capture facts is still the whole object", "[report]") {
  const json report = parsed(Report{});
  CHECK(report["findings"] == json::array());
  CHECK(report["capture"]["files"] == json::array());
}

TEST_CASE("the same report gives the same bytes, in ASCII", "[report]") {
  const std::string text = json_report(sample::hostile(3), {});
  CHECK(text == json_report(sample::hostile(3), {}));
  CHECK(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
  CHECK_NOTHROW(json::parse(text));
}

TEST_CASE("the schema spells every verdict and every quality note", "[report]") {
  std::ifstream file(WHYDROP_SOURCE_DIR "/src/report/whydrop-1.schema.json");
  REQUIRE(file);
  const json schema = json::parse(file);
  json verdicts = json::array();
  for (const VerdictInfo& verdict : all_verdicts()) verdicts.push_back(verdict.name);
  CHECK(schema["$defs"]["verdict"]["enum"] == verdicts);
  json notes = json::array();
  for (const QualityInfo& note : all_quality_notes()) notes.push_back(note.name);
  CHECK(schema["$defs"]["quality_id"]["enum"] == notes);
}

}  // namespace
}  // namespace whydrop
