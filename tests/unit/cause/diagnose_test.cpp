// From findings to diagnoses, and the cloud that they stand in.
#include "src/cause/diagnose.h"

#include "src/cause/catalog.h"
#include "src/cause/platform.h"
#include "tests/support/catch.h"
#include "tests/unit/cause/embedded_catalog.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {
namespace {

Assessment assessment_of(MadeCase made) {
  Assessment assessment;
  assessment.census = std::move(made.census);
  assessment.capture = std::move(made.capture);
  assessment.findings.push_back(std::move(made.finding));
  return assessment;
}

TEST_CASE("a diagnosis holds the finding, its ranked causes with commands, and the next test", "[cause]") {
  const Assessment assessment = assessment_of(MadeCase(VerdictId::syn_no_reply));
  const auto diagnoses = diagnose(embedded(), assessment, {});
  REQUIRE(diagnoses.size() == 1);
  const Diagnosis& diagnosis = diagnoses.front();
  CHECK(diagnosis.finding.verdict == VerdictId::syn_no_reply);
  REQUIRE_FALSE(diagnosis.causes.empty());
  CHECK(diagnosis.causes.front().family == diagnosis.families.front().id);
  CHECK_FALSE(diagnosis.next_test.command.empty());
  double sum = diagnosis.none_of_these;
  for (const RankedCause& cause : diagnosis.causes) {
    INFO(cause.id);
    sum += cause.probability;
    CHECK_FALSE(cause.checks.empty());
    CHECK(cause.score.front().what == "prior");
    for (const Check& check : cause.checks) CHECK(check.command.find("{client}") == std::string::npos);
  }
  CHECK(sum == Approx(1));
}

TEST_CASE("an assessment that is given away is diagnosed like one that is kept", "[cause]") {
  Assessment assessment = assessment_of(MadeCase(VerdictId::syn_no_reply));
  const Diagnosis kept = diagnose(embedded(), assessment, {}).front();
  REQUIRE(assessment.findings.size() == 1);
  CHECK_FALSE(assessment.findings.front().exemplars.empty());
  const Diagnosis given = diagnose(embedded(), std::move(assessment), {}).front();
  CHECK(given.finding.verdict == kept.finding.verdict);
  CHECK(given.finding.exemplars.size() == kept.finding.exemplars.size());
  CHECK(given.next_test.command == kept.next_test.command);
  CHECK(given.causes.front().probability == kept.causes.front().probability);
}

TEST_CASE("a scan and a flood are not diagnosed", "[cause]") {
  MadeCase scan(VerdictId::syn_no_reply);
  scan.finding.scan = true;
  const auto diagnoses = diagnose(embedded(), assessment_of(std::move(scan)), {});
  REQUIRE(diagnoses.size() == 1);
  CHECK(diagnoses[0].causes.empty());
  CHECK(diagnoses[0].none_of_these == 1);
  CHECK(diagnoses[0].next_test.command.empty());
}

TEST_CASE("the platform's checks come first, and a cloud makes its own causes likelier", "[cause]") {
  const Assessment assessment = assessment_of(MadeCase(VerdictId::syn_no_reply));
  const auto find = [](const Diagnosis& diagnosis, std::string_view id) {
    return *std::ranges::find(diagnosis.causes, id, &RankedCause::id);
  };
  const Diagnosis plain = diagnose(embedded(), assessment, {}).front();
  const Diagnosis azure = diagnose(embedded(), assessment, {.platform = "azure"}).front();
  const Diagnosis ufw = diagnose(embedded(), assessment, {.platform = "ufw"}).front();
  CHECK(find(azure, "security-group-ingress").checks.front().system == "azure");
  CHECK(find(azure, "security-group-ingress").probability > 2 * find(plain, "security-group-ingress").probability);
  CHECK(find(ufw, "host-firewall-drop").checks.front().system == "ufw");
  CHECK(find(ufw, "security-group-ingress").probability == find(plain, "security-group-ingress").probability);
}

TEST_CASE("what the capturing host knows settles where that is, and which cause leads", "[cause]") {
  const Assessment assessment = assessment_of(MadeCase(VerdictId::syn_no_reply));
  HostKnowledge router;
  router.latest.hostname = "r1";
  router.latest.addresses = {{.interface = 2, .address = ip(kHop), .length = 24}};
  router.latest.settings[static_cast<std::size_t>(HostSetting::ip_forward)] = 1;
  router.latest.routes = {{.destination = ip("0.0.0.0"), .gateway = ip("10.9.12.1"), .interface = 2}};
  router.latest.taken = at_second(2);
  router.latest.conntrack = HostConntrack{.count = 1000, .max = 1000, .drops = 7};
  const Diagnosis knowing = diagnose(embedded(), assessment, {.host = &router}).front();
  CHECK(knowing.finding.vantage == Vantage::path);
  CHECK(knowing.causes.front().id == "conntrack-full");
  const auto& reasons = knowing.causes.front().reasons_for;
  CHECK(std::ranges::find(reasons, "r1 tracks 1,000 of at most 1,000 connections (nf_conntrack_count)") !=
        reasons.end());
  CHECK(diagnose(embedded(), assessment, {}).front().causes.front().id != "conntrack-full");
}

TEST_CASE("findings that nobody will open are ranked, without commands", "[cause]") {
  Assessment assessment = assessment_of(MadeCase(VerdictId::syn_no_reply));
  assessment.findings.push_back(assessment.findings.front());
  const auto diagnoses = diagnose(embedded(), assessment, {.in_full = 1});
  REQUIRE(diagnoses.size() == 2);
  CHECK_FALSE(diagnoses[0].next_test.command.empty());
  CHECK_FALSE(diagnoses[0].causes.front().checks.empty());
  CHECK(diagnoses[1].next_test.command.empty());
  CHECK(diagnoses[1].causes.front().checks.empty());
  CHECK(diagnoses[1].causes.front().probability == diagnoses[0].causes.front().probability);
}

TEST_CASE("findings behind the first ones say that nobody ranked them", "[cause]") {
  Assessment assessment = assessment_of(MadeCase(VerdictId::syn_no_reply));
  assessment.findings.push_back(assessment.findings.front());
  const auto diagnoses = diagnose(embedded(), assessment, {.ranked = 1});
  REQUIRE(diagnoses.size() == 2);
  CHECK(diagnoses[0].is_ranked);
  CHECK_FALSE(diagnoses[0].causes.empty());
  CHECK_FALSE(diagnoses[1].is_ranked);
  CHECK(diagnoses[1].causes.empty());
}

TEST_CASE("a cloud is told by its own addresses and segment sizes", "[cause]") {
  const auto resolver = [](std::string_view address, std::uint16_t port) {
    return assessment_of(
        MadeCase(VerdictId::syn_no_reply).see({.transport = Transport::udp, .server = address, .port = port}));
  };
  CHECK(cloud_of(resolver("168.63.129.16", 53)) == "azure");
  CHECK(cloud_of(resolver("100.100.2.136", 53)) == "alibaba");
  CHECK(cloud_of(resolver("183.60.83.19", 53)) == "tencent");
  CHECK(cloud_of(resolver("169.254.169.253", 53)) == "aws");
  CHECK(cloud_of(resolver("169.254.169.254", 53)) == "gcp");
  CHECK(cloud_of(resolver("169.254.169.254", 80)).empty());
  CHECK(cloud_of(resolver("10.9.1.1", 53)).empty());
  MadeCase jumbo(VerdictId::syn_no_reply);
  jumbo.detail().senders[0].mss = 8961;
  const Assessment assessment = assessment_of(std::move(jumbo));
  CHECK(cloud_of(assessment) == "aws");
  CHECK(cloud_of(Assessment{}).empty());
}

}  // namespace
}  // namespace whydrop
