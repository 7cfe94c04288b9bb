// What the capturing host's kernel dropped, in both reports.
#include <nlohmann/json.hpp>

#include "src/report/json.h"
#include "src/report/text.h"
#include "tests/support/catch.h"
#include "tests/unit/report/samples.h"

namespace whydrop {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

Report dropping() {
  Report report = sample::failing(1);
  Finding& finding = report.diagnoses.front().finding;
  finding.local_drops = {{.reason = "NETFILTER_DROP",
                          .location = "nft_do_chain",
                          .from_client = true,
                          .count = 3,
                          .first = finding.first,
                          .last = finding.last}};
  report.capture.drops = CaptureSummary::Drops{};
  report.capture.drops->reasons = {{.reason = "NETFILTER_DROP", .location = "nft_do_chain", .count = 5},
                                   {.reason = "", .location = "", .count = 1}};
  report.capture.drops->lost = 7;
  return report;
}

TEST_CASE("what the kernel dropped is the first evidence that a person sees", "[report]") {
  const std::string screen = text_report(dropping(), {});
  CHECK_THAT(screen, Contains("this host dropped 3 packets of the client:"));
  CHECK(screen.find("NETFILTER_DROP at nft_do_chain") < screen.find("packet 12"));
  const std::string full = text_report(dropping(), {.detail = TextDetail::full});
  CHECK_THAT(full, Contains("Dropped by this host's kernel: 5 NETFILTER_DROP at nft_do_chain"));
  CHECK_THAT(full, Contains("7 that came"));
  CHECK_THAT(text_report(sample::failing(1), {.detail = TextDetail::full}), !Contains("Dropped by"));
}

TEST_CASE("drops stand in JSON with their finding and with the capture, where anybody looked", "[report]") {
  const json report = json::parse(json_report(dropping(), {}));
  const json& drop = report["findings"][0]["kernel_drops"][0];
  CHECK(drop["reason"] == "NETFILTER_DROP");
  CHECK(drop["location"] == "nft_do_chain");
  CHECK(drop["from"] == "client");
  CHECK(drop["count"] == 3);
  const json& all = report["capture"]["kernel_drops"];
  CHECK(all["scope"] == "namespace");
  CHECK(all["reasons"].size() == 2);
  CHECK(all["lost"] == 7);
  const json other = json::parse(json_report(sample::failing(1), {}));
  CHECK_FALSE(other["capture"].contains("kernel_drops"));
  CHECK_FALSE(other["findings"][0].contains("kernel_drops"));
}

}  // namespace
}  // namespace whydrop
