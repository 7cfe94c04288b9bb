// What `whydrop live` calls news.
#include "src/app/live/changes.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

Diagnosis diagnosis(VerdictId verdict, std::uint16_t port, std::uint64_t count = 1,
                    std::string family = "silent-filter") {
  Diagnosis made;
  made.finding.verdict = verdict;
  made.finding.transport = Transport::tcp;
  made.finding.server = {.address = IpAddress::parse("10.0.0.2"), .port = port};
  made.finding.count = count;
  made.families.push_back({.id = std::move(family), .title = "", .probability = 0.7, .members = {}});
  return made;
}

Report report(std::vector<Diagnosis> diagnoses) {
  Report made;
  made.diagnoses = std::move(diagnoses);
  return made;
}

Recovery healed() { return {.healed = true, .successes = 1, .since = {}, .client = *IpAddress::parse("10.0.0.1")}; }

/// "1 appeared, 2 changed".
std::string told(const std::vector<FindingChange>& changes) {
  std::string text;
  for (const FindingChange& change : changes) {
    text += (text.empty() ? "" : ", ") + std::to_string(change.id) + ' ' + std::string(name(change.change));
  }
  return text;
}

}  // namespace

TEST_CASE("a finding is told once", "[live]") {
  Changes changes;
  const Report one = report({diagnosis(VerdictId::syn_no_reply, 443)});
  CHECK(told(changes.update(one, {{}})) == "1 appeared");
  CHECK(told(changes.update(one, {{}})).empty());
  const Report two = report({diagnosis(VerdictId::refused, 80), diagnosis(VerdictId::syn_no_reply, 443)});
  CHECK(told(changes.update(two, {{}, {}})) == "2 appeared");
}

TEST_CASE("more of the same is news each time that it has doubled", "[live]") {
  Changes changes;
  std::string all;
  for (std::uint64_t count = 1; count <= 9; ++count) {
    all += told(changes.update(report({diagnosis(VerdictId::syn_no_reply, 443, count)}), {{}})) + ';';
  }
  CHECK(all == "1 appeared;1 changed;;1 changed;;;;1 changed;;");
}

TEST_CASE("another leading cause is news", "[live]") {
  Changes changes;
  changes.update(report({diagnosis(VerdictId::syn_no_reply, 443)}), {{}});
  const auto news = changes.update(report({diagnosis(VerdictId::syn_no_reply, 443, 1, "host-down")}), {{}});
  REQUIRE(told(news) == "1 changed");
  CHECK(news.front().what == "likely silent-filter before");
}

TEST_CASE("a finding heals, and may fail again", "[live]") {
  Changes changes;
  const Report one = report({diagnosis(VerdictId::syn_no_reply, 443)});
  changes.update(one, {{}});
  const auto news = changes.update(one, {healed()});
  REQUIRE(told(news) == "1 healed");
  CHECK(news.front().what == "10.0.0.1 gets through again");
  CHECK(told(changes.update(one, {healed()})).empty());
  CHECK(told(changes.update(one, {{}})) == "1 recurred");
}

TEST_CASE("what turns out to be something else keeps its number; what is over after all has healed", "[live]") {
  Changes changes;
  changes.update(report({diagnosis(VerdictId::syn_no_reply, 443)}), {{}});
  const auto renamed = changes.update(report({diagnosis(VerdictId::unreachable, 443)}), {{}});
  REQUIRE(told(renamed) == "1 changed");
  CHECK(renamed.front().what == "syn-no-reply before");
  const auto over = changes.update(report({}), {});
  REQUIRE(told(over) == "1 healed");
  REQUIRE(over.front().gone);
  CHECK(over.front().gone->finding.verdict == VerdictId::unreachable);
  CHECK(told(changes.update(report({}), {})).empty());
  CHECK(told(changes.update(report({diagnosis(VerdictId::unreachable, 443)}), {{}})) == "1 recurred");
}

TEST_CASE("one that is still there lends its number to nobody", "[live]") {
  Changes changes;
  const Diagnosis first = diagnosis(VerdictId::syn_no_reply, 443);
  changes.update(report({first}), {{}});
  CHECK(told(changes.update(report({first, diagnosis(VerdictId::refused, 80)}), {{}, {}})) == "2 appeared");
}

TEST_CASE("findings that agree in verdict and responder are told apart", "[live]") {
  Changes changes;
  const Report both = report({diagnosis(VerdictId::unreachable, 443), diagnosis(VerdictId::unreachable, 443)});
  CHECK(told(changes.update(both, {{}, {}})) == "1 appeared, 2 appeared");
  CHECK(told(changes.update(both, {{}, {}})).empty());
}

}  // namespace whydrop
