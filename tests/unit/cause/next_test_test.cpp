// Which test comes next.
#include "src/cause/next_test.h"

#include "src/cause/placeholders.h"
#include "tests/support/catch.h"
#include "tests/unit/cause/embedded_catalog.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {
namespace {

using enum VerdictId;

NextTest next_of(const Catalog& catalog, const MadeCase& made, std::string_view platform) {
  const Ranking ranking = rank(catalog, made.about());
  Diagnosis diagnosis;
  diagnosis.finding = made.finding;
  for (const ScoredCause& cause : ranking.causes)
    diagnosis.causes.emplace_back().checks = filled(cause.entry->checks, made.finding, platform);
  return next_test(ranking, diagnosis, platform);
}

NextTest next_of(const MadeCase& made, std::string_view platform = {}) { return next_of(embedded(), made, platform); }

MadeCase silent() { return MadeCase(syn_no_reply); }

TEST_CASE("silence at the client asks for a capture on the server", "[cause]") {
  const NextTest test = next_of(silent().vantage(Vantage::client));
  CHECK(test.command == "tcpdump -ni any 'host 10.9.1.2 and (tcp port 443 or icmp)'");
  CHECK_THAT(test.why(), Catch::StartsWith("on 10.9.2.2, during a new attempt"));
  CHECK_THAT(test.why(), Catch::Contains("packets never arrive ("));
  CHECK_THAT(test.why(), Catch::Contains("they arrive and nothing leaves ("));
}

TEST_CASE("silence at the server asks for its rules, since the capture is there already", "[cause]") {
  const NextTest test = next_of(silent().vantage(Vantage::server));
  CHECK(test.command == "nft list ruleset");
  CHECK_THAT(test.why(), Catch::StartsWith("on the server; an input chain drops it"));
  CHECK_THAT(test.why(), Catch::Contains("host-firewall-drop ("));
  CHECK_THAT(test.why(), Catch::Contains("host-firewall-egress ("));
}

TEST_CASE("a command that needs the client's address is not proposed for several clients", "[cause]") {
  const NextTest test = next_of(silent().vantage(Vantage::client).several_clients());
  CHECK(test.command == "tcpdump -ni any 'host 10.9.2.2 and (tcp port 443 or icmp)'");
}

TEST_CASE("a refusal asks whether anything listens", "[cause]") {
  const MadeCase made(refused, {.port = 8080, .outcome = Outcome::refused});
  CHECK(next_of(made).command == "ss -Hln --tcp 'sport = :8080'");
  CHECK(next_of(made, "windows").command == "netstat -ano | findstr :8080");
}

TEST_CASE("a rejection that decides is proven where it came from", "[cause]") {
  const Attempt attempt{.outcome = Outcome::unreachable};
  CHECK(next_of(MadeCase(unreachable, attempt).error("host-prohibited", kHop, 0.3)).command == "show access-lists");
  CHECK(next_of(MadeCase(unreachable, attempt).error("port-unreachable", kServer, 0.3)).command == "nft list ruleset");
  CHECK(next_of(MadeCase(unreachable, attempt).error("host-unreachable", kHop, 3060)).command ==
        "ip neigh show 10.9.2.2");
}

TEST_CASE("an address that nobody answers for is not captured at", "[cause]") {
  const MadeCase made(arp_no_reply, {.transport = Transport::arp, .client = kHop});
  CHECK(next_of(made).command == "ip neigh show 10.9.2.2");
}

TEST_CASE("a lost answer is looked for at the client, or asked of the filters", "[cause]") {
  MadeCase made(synack_no_ack, {.outcome = Outcome::answered});
  made.client_side().saw = saw::syn;
  CHECK(next_of(made.vantage(Vantage::server)).command == "show access-lists");
}

TEST_CASE("IPv6 commands are IPv6 commands", "[cause]") {
  const MadeCase made(syn_no_reply, {.client = "fd09:1::2", .server = "fd09:2::2"});
  CHECK(next_of(made).command == "tcpdump -ni any 'host fd09:1::2 and (tcp port 443 or icmp6)'");
  const MadeCase large(pmtu_blackhole, {.client = "fd09:1::2", .server = "fd09:2::2", .outcome = Outcome::answered});
  CHECK(next_of(large).command == "tracepath -6 -n fd09:2::2");
}

// The arithmetic, on small catalogs ---------------------------------------------------------------------------------

CauseEntry cause(const std::string& id, double prior, Place place, const std::vector<std::string>& commands) {
  CauseEntry entry;
  entry.id = id;
  entry.explains.push_back({.verdict = syn_no_reply, .when = {}, .prior = prior, .family = id, .place = place});
  for (const std::string& command : commands) {
    entry.checks.push_back({.system = command, .where = "here", .command = command, .proves = id});
  }
  return entry;
}

NextTest next_of(std::vector<CauseEntry> causes) {
  return next_of(Catalog({.families = {}, .causes = std::move(causes), .logs = {}}), silent(), {});
}

TEST_CASE("a capture wins where causes lie at different places", "[cause]") {
  const NextTest test =
      next_of({cause("a", 0.4, Place::request_path, {"check-a"}), cause("b", 0.4, Place::return_path, {"check-b"})});
  CHECK_THAT(test.command, Catch::StartsWith("tcpdump"));
}

TEST_CASE("a check wins where all causes lie at one place", "[cause]") {
  const NextTest test =
      next_of({cause("a", 0.5, Place::server, {"check-a"}), cause("b", 0.3, Place::server, {"check-b"}),
               cause("c", 0.15, Place::server, {"check-c"})});
  CHECK(test.command == "check-a");
  CHECK(test.why() == "here; a -> a (50%)");
}

TEST_CASE("a check on a system that is met less often is worth less", "[cause]") {
  const NextTest test = next_of({cause("a", 0.5, Place::server, {"own", "x", "y", "product"}),
                                 cause("b", 0.1, Place::server, {"other", "x2", "y2", "product"})});
  CHECK(test.command == "own");
}

TEST_CASE("a check says what to do when it shows nothing, and names no cause that hardly counts", "[cause]") {
  CauseEntry likely = cause("a", 0.6, Place::server, {"list"});
  likely.otherwise = "look elsewhere";
  const NextTest test =
      next_of({likely, cause("b", 0.2, Place::server, {"list"}), cause("c", 0.01, Place::server, {"list"})});
  CHECK(test.where == "here");
  CHECK(test.outcomes == std::vector<std::string>{"a -> a (70%)", "b -> b (23%)"});
  CHECK(test.why() == "here; a -> a (70%); b -> b (23%); else look elsewhere");
}

TEST_CASE("a check that finds several causes beats one that finds the likeliest", "[cause]") {
  const NextTest test = next_of({cause("a", 0.4, Place::server, {"only-a"}), cause("b", 0.3, Place::server, {"both"}),
                                 cause("c", 0.25, Place::server, {"both"})});
  CHECK(test.command == "both");
}

TEST_CASE("a cause that is nearly certain is proven by its own check", "[cause]") {
  const NextTest test =
      next_of({cause("a", 0.9, Place::request_path, {"check-a"}), cause("b", 0.02, Place::server, {"check-b"}),
               cause("c", 0.02, Place::server, {"check-b"})});
  CHECK(test.command == "check-a");
}

TEST_CASE("a server that is probably not there is not captured at", "[cause]") {
  const NextTest test =
      next_of({cause("a", 0.6, Place::no_server, {"check-a"}), cause("b", 0.3, Place::request_path, {"check-b"})});
  CHECK(test.command == "check-a");
}

TEST_CASE("with nothing to tell apart there is no next test", "[cause]") {
  CHECK(next_of(std::vector<CauseEntry>{}).command.empty());
}

}  // namespace
}  // namespace whydrop
