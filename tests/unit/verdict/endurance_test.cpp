// What connections survive: reused ports, wrapped numbers, early data, probes, captures that see a packet twice.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

const std::string kOpen = R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
)";
const std::string kClose = R"(
8.0 > FA 1101 ack 5101
8.1 < FA 5101 ack 1102
8.2 > A 1102 ack 5102
99 end)";
const std::string kTalk = R"(
0.3 > PA 1001:1101 ack 5001
0.4 < PA 5001:5101 ack 1101
0.5 > A 1101 ack 5101
)";

}  // namespace

TEST_CASE("an attempt is its addresses, ports and initial sequence number", "[verdict][attempt]") {
  check_row(GENERATE(values<VerdictRow>({
      {"a SYN repeated over two minutes", "0 > S 1000\n1 > S 1000\n3 > S 1000\n63 > S 1000\n127 > S 1000\n140 end",
       "syn-no-reply"},
      {"a new number on the same ports", "0 > S 1000\n1 > S 2000\n20 end", "syn-no-reply syn-no-reply"},
      {"repeated after each RST, as Windows does",
       "0.0 > S 1000\n0.01 < RA 0 ack 1001\n0.5 > S 1000\n0.51 < RA 0 ack 1001\n1.0 > S 1000\n1.01 < RA 0 ack 1001\n9 "
       "end",
       "refused"},
      {"a port that is used again while the old connection is open",
       kOpen + kTalk + "3 > S 9000\n3.1 < SA 7000 ack 9001\n3.2 > A 9001 ack 7001\n20 end", "ok ok"},
  })));
  const Replay windows = replay("0.0 > S 1000\n0.01 < RA 0 ack 1001\n0.5 > S 1000\n0.51 < RA 0 ack 1001\n9 end");
  CHECK(attribute(windows.result.findings.at(0), "syn_count") == "2");
  CHECK(windows.result.findings.at(0).count == 1);
}

TEST_CASE("what healthy connections do", "[verdict][attempt]") {
  check_row(GENERATE(values<VerdictRow>({
      {"sequence numbers wrap", R"(
0.0 > S 4294967295
0.1 < SA 4294967290 ack 0
0.2 > A 0 ack 4294967291
0.3 > PA 0:100 ack 4294967291
0.4 < PA 4294967291:90 ack 100
0.5 > FA 100 ack 90
0.6 < FA 90 ack 101
0.7 > A 101 ack 91
9 end)",
       "ok"},
      {"both open at once", R"(
0.0 > S 1000
0.01 < S 5000
0.1 < SA 5000 ack 1001
0.1 > SA 1000 ack 5001
0.2 > A 1001 ack 5001
0.2 < A 5001 ack 1001
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001 ack 1101
9 end)",
       "ok"},
      {"data on the SYN (TCP Fast Open)", R"(
0.0 > S 1000:1100
0.1 < SA 5000 ack 1101
0.2 > A 1101 ack 5001
0.3 < PA 5001:5101 ack 1101
0.4 > A 1101 ack 5101
9 end)",
       "ok"},
      {"keep-alives are no retransmissions", kOpen + kTalk + R"(
75 > A 1100 ack 5101
75.1 < A 5101 ack 1101
150 > A 1100 ack 5101
150.1 < A 5101 ack 1101
200 end)",
       "ok"},
      {"segments overtake each other", kOpen + R"(
0.3 < A 6001:7001 ack 1001
0.31 < A 5001:6001 ack 1001
0.4 > A 1001 ack 7001
9 end)",
       "ok"},
      {"half closed: the answer goes on after the client's FIN", kOpen + R"(
0.3 > FA 1001:1101 ack 5001
0.4 < A 5001:6001 ack 1102
5.0 < A 6001:7001 ack 1102
5.1 > A 1102 ack 7001
6.0 < FA 7001 ack 1102
6.1 > A 1102 ack 7002
9 end)",
       "ok"},
      {"a retry that succeeds is slow, not failed",
       "0.0 > S 1000\n1.0 > S 1000\n1.1 < SA 5000 ack 1001\n1.2 > A 1001 ack 5001\n9 end", "slow-handshake"},
      {"a download that the client aborts", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001:6461 ack 1101
0.5 < A 6461:7921 ack 1101
0.6 > R 1101
9 end)",
       "ok"},
      {"a spare connection that the client never uses",
       kOpen + "30 > FA 1001 ack 5001\n30.1 < FA 5001 ack 1002\n30.2 > A "
               "1002 ack 5002\n99 end",
       "ok"},
      {"a normal close", kOpen + kTalk + kClose, "ok"},
  })));
}

TEST_CASE("the loser of happy eyeballs is no failure", "[verdict][quiet]") {
  // The slower address is given up by RST as soon as it answers, or closed at once.
  check_row(GENERATE(values<VerdictRow>({
      {"closed as soon as it opens",
       kOpen + "0.21 > FA 1001 ack 5001\n0.3 < FA 5001 ack 1002\n0.4 > A 1002 ack 5002\n9 end", "ok"},
      {"reset as soon as it opens", kOpen + "0.21 > RA 1001 ack 5001\n9 end", "ok"},
  })));
}

TEST_CASE("a packet recorded twice is no retransmission", "[verdict][quality]") {
  const Replay twice = replay(kOpen +
                              "0.3 > PA 1001:1101 ack 5001 id 7\n0.3 > again\n0.4 < PA 5001:5101 ack 1101 id 9\n"
                              "0.4 < again\n9 end");
  CHECK(twice.verdicts() == "ok");
  CHECK(twice.has_note(QualityId::capture_duplicates));
  CHECK_FALSE(replay(kOpen + kTalk + kClose).has_note(QualityId::capture_duplicates));
}

TEST_CASE("a clock that steps back is noted, and fails nothing", "[verdict][quality]") {
  const Replay back = replay(R"(
5.0 > S 1000
5.1 < SA 5000 ack 1001
2.0 > A 1001 ack 5001
2.1 > PA 1001:1101 ack 5001
2.2 < PA 5001:5101 ack 1101
2.3 > FA 1101 ack 5101
2.4 < FA 5101 ack 1102
2.5 > A 1102 ack 5102
9 end)");
  CHECK(back.verdicts() == "ok");
  CHECK(back.has_note(QualityId::clock_jumps));
  CHECK_FALSE(replay(kOpen + kTalk + kClose).has_note(QualityId::clock_jumps));
}

}  // namespace whydrop
