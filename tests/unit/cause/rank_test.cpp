// The arithmetic of ranking, on a catalog of three causes.
#include "src/cause/rank.h"

#include <cmath>

#include "tests/support/catch.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {
namespace {

using enum PredicateId;

CauseEntry cause(const std::string& id, double prior, std::vector<EvidenceWeight> evidence, std::string family = {}) {
  CauseEntry entry;
  entry.id = id;
  entry.title = "The " + id;
  if (family.empty()) family = id;
  entry.explains.push_back(
      {.verdict = VerdictId::syn_no_reply, .when = {}, .prior = prior, .family = family, .place = {}});
  entry.evidence = std::move(evidence);
  return entry;
}

Catalog catalog_of(std::vector<CauseEntry> causes) {
  return Catalog({.families = {}, .causes = std::move(causes), .logs = {}});
}

/// Not one packet of the server: host_alive is contrary, sender_kept_trying holds.
const MadeCase& silent() {
  static const MadeCase kSilent(VerdictId::syn_no_reply);
  return kSilent;
}

TEST_CASE("log-odds add up, and probabilities leave a share to none of these", "[cause]") {
  const Catalog catalog =
      catalog_of({cause("a", 0.4, {{.predicate = sender_kept_trying, .weight_for = 1}}),
                  cause("b", 0.2, {{.predicate = host_alive, .weight_for = 3, .weight_against = 2}})});
  const Ranking ranking = rank(catalog, silent().about());
  REQUIRE(ranking.causes.size() == 2);
  const double a = 0.4 * std::exp(1);  // NOLINT(modernize-use-std-numbers): e to a weight that happens to be 1
  const double b = 0.2 * std::exp(-2);
  const double all = a + b + kNoneOfThesePrior;
  CHECK(ranking.causes[0].entry->id == "a");
  CHECK(ranking.causes[0].probability == Approx(a / all));
  CHECK(ranking.causes[1].probability == Approx(b / all));
  CHECK(ranking.none_of_these == Approx(kNoneOfThesePrior / all));
}

TEST_CASE("a score is printed as its sum, with the reasons for and against", "[cause]") {
  const Catalog catalog =
      catalog_of({cause("a", 0.5,
                        {{.predicate = sender_kept_trying, .weight_for = 0.5},
                         {.predicate = host_alive, .weight_for = 9, .weight_against = 1},
                         {.predicate = host_alive, .negated = true, .weight_for = 0.7},
                         {.predicate = echo_works_tcp_silent, .weight_for = 1, .weight_against = 1}})});
  const ScoredCause scored = rank(catalog, silent().about()).causes.front();
  REQUIRE(scored.terms.size() == 4);
  CHECK(scored.terms[0].what == "prior");
  CHECK(scored.terms[0].weight == Approx(std::log(0.5)));
  CHECK(scored.terms[1].what == "sender_kept_trying");
  CHECK(scored.terms[2].what == "host_alive");
  CHECK(scored.terms[2].weight == Approx(-1));
  CHECK(scored.terms[3].what == "not host_alive");
  CHECK(scored.terms[3].weight == Approx(0.7));
  CHECK(scored.reasons_for == std::vector<std::string>{"not one packet from 10.9.2.2 in this capture",
                                                       "the sender sent the same packet 4 times: it got no answer"});
  CHECK(scored.reasons_against == std::vector<std::string>{"not one packet from 10.9.2.2 in this capture"});
}

TEST_CASE("what a fact makes impossible is ruled out with its reason, not ranked low", "[cause]") {
  const EvidenceWeight must_live{.predicate = host_alive, .rules_out = true};
  const EvidenceWeight must_try{.predicate = sender_kept_trying, .rules_out = true};
  const EvidenceWeight unknown_here{.predicate = vantage_is_client, .rules_out = true};
  const Catalog catalog =
      catalog_of({cause("a", 0.4, {must_live}), cause("b", 0.2, {must_try}), cause("c", 0.2, {unknown_here})});
  const Ranking ranking = rank(catalog, silent().about());
  REQUIRE(ranking.ruled_out.size() == 1);
  CHECK(ranking.ruled_out[0].id == "a");
  CHECK(ranking.ruled_out[0].because == "not one packet from 10.9.2.2 in this capture");
  CHECK(ranking.causes.size() == 2);
}

TEST_CASE("families are ranked by their sum and stay together, members by their own share", "[cause]") {
  const Catalog catalog =
      catalog_of({cause("alone", 0.3, {}), cause("small", 0.15, {}, "herd"), cause("large", 0.25, {}, "herd")});
  const Ranking ranking = rank(catalog, silent().about());
  REQUIRE(ranking.families.size() == 2);
  CHECK(ranking.families[0].id == "herd");
  CHECK(ranking.families[0].probability == Approx(0.4 / 0.75));
  CHECK(ranking.families[0].members == std::vector<std::size_t>{0, 1});
  CHECK(ranking.causes[0].entry->id == "large");
  CHECK(ranking.causes[1].entry->id == "small");
  CHECK(ranking.families[1].id == "alone");
  CHECK(ranking.families[1].members == std::vector<std::size_t>{2});
}

TEST_CASE("equal causes stay in catalog order", "[cause]") {
  const Catalog catalog = catalog_of({cause("x", 0.3, {}, "f"), cause("a", 0.3, {}, "f")});
  const Ranking ranking = rank(catalog, silent().about());
  CHECK(ranking.causes[0].entry->id == "x");
}

TEST_CASE("the first explanation that fits the finding counts", "[cause]") {
  CauseEntry entry = cause("a", 0.1, {});
  entry.explains.insert(entry.explains.begin(),
                        {.verdict = VerdictId::syn_no_reply,
                         .when = {.vantages = {Vantage::server}, .transports = {}, .attributes = {}},
                         .prior = 0.9,
                         .family = "at-server",
                         .place = {}});
  const Catalog catalog = catalog_of({entry});
  MadeCase made = silent();
  CHECK(rank(catalog, made.about()).families[0].id == "a");
  made.vantage(Vantage::server);
  CHECK(rank(catalog, made.about()).families[0].id == "at-server");
  CHECK(rank(catalog, MadeCase(VerdictId::refused).about()).causes.empty());
}

TEST_CASE("an attribute condition accepts its listed values only", "[cause]") {
  CauseEntry entry = cause("a", 0.1, {});
  entry.explains[0].when.attributes = {{.name = "code", .values = {"host-prohibited", "true"}}};
  const Catalog catalog = catalog_of({entry});
  const auto applies = [&](const MadeCase& made) { return !rank(catalog, made.about()).causes.empty(); };
  CHECK(applies(MadeCase(silent()).attribute("code", std::string("host-prohibited"))));
  CHECK(applies(MadeCase(silent()).attribute("code", true)));
  CHECK_FALSE(applies(MadeCase(silent()).attribute("code", std::string("port-unreachable"))));
  CHECK_FALSE(applies(silent()));
}

TEST_CASE("without an applicable cause everything belongs to none of these", "[cause]") {
  const Catalog catalog = catalog_of({});
  const Ranking ranking = rank(catalog, silent().about());
  CHECK(ranking.causes.empty());
  CHECK(ranking.none_of_these == 1);
}

}  // namespace
}  // namespace whydrop
