// The embedded catalog as a whole.
#include "src/cause/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "src/cause/catalog_image.h"
#include "src/cause/placeholders.h"
#include "src/cause/rank.h"
#include "tests/support/catch.h"
#include "tests/unit/cause/embedded_catalog.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {
namespace {

TEST_CASE("every system of an entry's own component has a check", "[cause]") {
  for (const CauseEntry& cause : embedded().causes()) {
    for (const std::string_view system : info(cause.component).systems) {
      INFO(cause.id << " lacks a check for " << system);
      CHECK(std::ranges::find(cause.checks, system, &Check::system) != cause.checks.end());
    }
  }
}

TEST_CASE("every predicate, component, place and family of the tables is used by some cause", "[cause]") {
  std::set<std::string_view> used;
  for (const CauseEntry& cause : embedded().causes()) {
    used.insert(info(cause.component).name);
    for (const EvidenceWeight& evidence : cause.evidence) used.insert(info(evidence.predicate).name);
    for (const Explanation& explanation : cause.explains) {
      used.insert(all_places()[static_cast<std::size_t>(explanation.place)].name);
      used.insert(explanation.family);
    }
  }
  const auto check_all = [&](const auto& table, auto name) {
    for (const auto& entry : table) {
      INFO(std::invoke(name, entry));
      CHECK(used.contains(std::invoke(name, entry)));
    }
  };
  check_all(all_predicates(), &PredicateInfo::name);
  check_all(all_components(), &ComponentInfo::name);
  check_all(all_places(), &PlaceInfo::name);
  check_all(embedded().families(), &FamilyEntry::id);
}

TEST_CASE("every failure has causes, and their priors leave room for an unknown one", "[cause]") {
  constexpr double kRoom = 1.25;  // priors are orders of magnitude; the ranking normalises them
  for (const VerdictInfo& verdict : all_verdicts()) {
    if (verdict.severity != Severity::failure && verdict.severity != Severity::degraded) continue;
    for (const Vantage vantage : {Vantage::unknown, Vantage::client, Vantage::server, Vantage::path}) {
      const bool replied = verdict.id == VerdictId::synack_no_ack;
      MadeCase made(verdict.id, {.outcome = replied ? Outcome::answered : Outcome::silent});
      made.vantage(vantage).attribute("code", std::string("host-prohibited"));
      double sum = kNoneOfThesePrior;
      for (const ScoredCause& cause : rank(embedded(), made.about()).causes) sum += cause.explanation->prior;
      INFO(verdict.name << " at " << name(vantage) << ": " << sum);
      CHECK(sum > 0.25);
      CHECK(sum <= kRoom);
    }
  }
}

TEST_CASE("no fix opens a service to everybody", "[cause]") {
  for (const CauseEntry& cause : embedded().causes()) {
    for (const Fix& fix : cause.fixes) {
      INFO(cause.id << ": " << fix.command);
      CHECK(fix.command.find("0.0.0.0/0") == std::string::npos);
      CHECK(fix.command.find("::/0") == std::string::npos);
      CHECK(fix.command.find(" any any") == std::string::npos);
    }
  }
}

TEST_CASE("a full finding over either IP version completes a check of every cause", "[cause]") {
  const auto attempt = GENERATE(Attempt{}, Attempt{.client = "fd09:1::2", .server = "fd09:2::2"});
  const Finding finding = MadeCase(VerdictId::syn_no_reply, attempt).finding;
  for (const CauseEntry& cause : embedded().causes()) {
    INFO(cause.id);
    const auto checks = filled(cause.checks, finding, "");
    for (const std::string_view system : info(cause.component).systems) {
      CHECK(std::ranges::find(checks, system, &Check::system) != checks.end());
    }
  }
}

TEST_CASE("causes, families and verdicts lead to each other", "[cause]") {
  const Catalog& catalog = embedded();
  REQUIRE(catalog.find("host-down") != nullptr);
  CHECK(catalog.find("host-downs") == nullptr);
  REQUIRE(catalog.find_family("silent-filter") != nullptr);
  CHECK(catalog.find_family("host-down") == nullptr);
  const auto members = catalog.members_of("path-mtu");
  CHECK(members.size() == 2);
  const auto likeliest = catalog.explaining(VerdictId::refused);
  REQUIRE_FALSE(likeliest.empty());
  CHECK(likeliest.front()->id == "service-not-listening");
  CHECK(catalog.explaining(VerdictId::ok).empty());
}

TEST_CASE("the image in the binary gives back what the YAML files say", "[cause]") {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(WHYDROP_SOURCE_DIR "/src/cause/catalog")) {
    files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  const auto read = read_catalog(files);
  REQUIRE(read);
  const auto parts_of = [](const Catalog& catalog) {
    CatalogParts parts{{catalog.families().begin(), catalog.families().end()},
                       {catalog.causes().begin(), catalog.causes().end()}};
    for (CauseEntry& cause : parts.causes) cause.file.clear();  // where the build stood differs
    return parts;
  };
  REQUIRE(read->causes().size() > 20);
  CHECK(write_image(parts_of(*read)) == write_image(parts_of(embedded())));
}

std::string readme_table() {
  std::string table = "| cause |";
  for (const SystemInfo& system : all_systems()) table += fmt::format(" {} |", system.name);
  table += "\n|---|";
  for (std::size_t at = 0; at < all_systems().size(); ++at) table += "---|";
  for (const CauseEntry& cause : embedded().causes()) {
    table += fmt::format("\n| {} |", cause.id);
    for (const SystemInfo& system : all_systems()) {
      const bool checks = std::ranges::find(cause.checks, system.name, &Check::system) != cause.checks.end();
      const bool fixes = std::ranges::find(cause.fixes, system.name, &Fix::system) != cause.fixes.end();
      table += fmt::format(" {} |", checks && fixes ? "c f" : checks ? "c" : fixes ? "f" : "");
    }
  }
  return table + "\n";
}

TEST_CASE("the README's table of systems and causes is the catalog's", "[cause]") {
  std::ifstream in(WHYDROP_SOURCE_DIR "/src/cause/README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const bool current = readme.find(readme_table()) != std::string::npos;
  if (!current) FAIL("put this into src/cause/README.md:\n" << readme_table());
  SUCCEED();
}

}  // namespace
}  // namespace whydrop
