// What the full-screen view keeps of judgements, changes and counts.
#include "src/app/live/board.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

Time at(double seconds) {
  return Time{} + std::chrono::hours(1) + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

Report failing(std::size_t findings) {
  Report report;
  for (std::size_t port = 1; port <= findings; ++port) {
    Diagnosis diagnosis;
    diagnosis.finding.verdict = VerdictId::syn_no_reply;
    diagnosis.finding.transport = Transport::tcp;
    diagnosis.finding.server = {.address = IpAddress::parse("10.0.0.2"), .port = static_cast<std::uint16_t>(port)};
    diagnosis.finding.count = 1;
    diagnosis.finding.evidence = {{.packet = PacketRef{0, port}, .time = at(0), .what = "SYN"}};
    diagnosis.finding.exemplars.resize(1);
    report.diagnoses.push_back(std::move(diagnosis));
  }
  return report;
}

/// A watch as it goes on.
struct Watched {
  Changes changes;
  Board board{"eth0", "", at(0)};

  const LiveState& judge(const Report& report, double seconds, const std::vector<Recovery>& recoveries) {
    const std::vector<FindingChange> told = changes.update(report, recoveries);
    board.judged(report, changes.standing(), told, at(seconds));
    return board.state();
  }
  const LiveState& judge(const Report& report, double seconds) {
    return judge(report, seconds, std::vector<Recovery>(report.diagnoses.size()));
  }
};

}  // namespace

TEST_CASE("a finding keeps its id and its beginning while its count grows", "[live]") {
  Watched watched;
  watched.judge(failing(1), 1);
  Report more = failing(1);
  more.diagnoses[0].finding.count = 5;
  const LiveState& state = watched.judge(more, 9);
  REQUIRE(state.findings.size() == 1);
  CHECK(state.findings[0].id == 1);
  CHECK(state.findings[0].began == at(1));
  CHECK(state.findings[0].changed == at(9));
  CHECK(state.findings[0].change == Change::changed);
  CHECK(state.findings[0].diagnosis.finding.count == 5);
}

TEST_CASE("what nobody told of is up to date nevertheless", "[live]") {
  Watched watched;
  Report report = failing(1);
  report.diagnoses[0].finding.count = 4;
  watched.judge(report, 1);
  report.diagnoses[0].finding.count = 5;  // no news
  const LiveState& state = watched.judge(report, 2);
  CHECK(state.findings[0].diagnosis.finding.count == 5);
  CHECK(state.findings[0].changed == at(1));
}

TEST_CASE("nothing that the board keeps points into the flow table", "[live]") {
  Watched watched;
  CHECK(watched.judge(failing(1), 1).findings[0].diagnosis.finding.exemplars.empty());
}

TEST_CASE("a healed finding is marked, and a beginning anew when it fails again", "[live]") {
  Watched watched;
  watched.judge(failing(1), 1);
  const Recovery recovery{.healed = true, .successes = 1, .since = at(2), .client = *IpAddress::parse("10.0.0.1")};
  CHECK(watched.judge(failing(1), 2, {recovery}).findings[0].healed);
  CHECK(watched.board.state().findings[0].what == "10.0.0.1 gets through again");
  const LiveFinding& again = watched.judge(failing(1), 3).findings[0];
  CHECK(!again.healed);
  CHECK(again.began == at(3));
}

TEST_CASE("a finding that no report has any more stays as one that healed, with its evidence", "[live]") {
  Watched watched;
  watched.judge(failing(2), 1);
  const LiveState& state = watched.judge(failing(1), 2);
  REQUIRE(state.findings.size() == 2);
  CHECK(state.findings[1].healed);
  CHECK(state.findings[1].diagnosis.finding.evidence.size() == 1);
}

TEST_CASE("however many findings there are, the board keeps a bounded number and counts the others", "[live]") {
  Watched watched;
  for (const std::size_t findings : {Board::kMost + 10, 5000UL}) {
    const LiveState& state = watched.judge(failing(findings), static_cast<double>(findings));
    CHECK(state.findings.size() == Board::kMost);
    CHECK(state.left_out == findings - Board::kMost);
  }
  watched.judge(failing(0), 6000);
  CHECK(watched.board.state().findings.size() == Board::kMost);
}

TEST_CASE("a finding that moves up among those kept has its own beginning", "[live]") {
  Watched watched;
  Report many = failing(Board::kMost + 1);
  many.diagnoses[0].finding.first = at(-5);
  watched.judge(many, 1);  // the oldest is left out
  many.diagnoses.resize(1);
  const LiveState& state = watched.judge(many, 2);
  REQUIRE(!state.findings[0].healed);
  CHECK(state.findings[0].id == 1);
  CHECK(state.findings[0].began == at(-5));
}

TEST_CASE("rates are those since the last count", "[live]") {
  Board board("eth0", "", at(0));
  board.counted({.packets = 100, .bytes = 1000}, at(1));
  board.counted({.packets = 300, .bytes = 5000}, at(3));
  CHECK(board.state().packets_per_second == Approx(100));
  CHECK(board.state().bytes_per_second == Approx(2000));
  board.counted({.packets = 300, .bytes = 5000}, at(3));  // a clock that stands
  CHECK(board.state().packets_per_second == 0);
}

TEST_CASE("an interface counts as down only if it has been up", "[live]") {
  Board board("any", "", at(0));
  board.counted({.health = {{.interface = "eth0", .up = true}, {.interface = "unused0"}}}, at(1));
  REQUIRE(board.state().health.size() == 1);
  board.counted({.health = {{.interface = "eth0"}, {.interface = "unused0"}}}, at(2));
  REQUIRE(board.state().health.size() == 1);
  CHECK(!board.state().health[0].up);
}

}  // namespace whydrop
