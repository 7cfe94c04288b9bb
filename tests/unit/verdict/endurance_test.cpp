// What connections survive: reused ports, wrapped numbers, early data, probes, captures that see a packet twice.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

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
  const std::string lost = "0.0 > S 1000\n0.6 < SA 5000 ack 1001\n0.6 > R 1001\n";
  const std::string winner = " c 10.0.0.1:40001 s 10.0.0.9:443\n";
  const std::string won =
      "0.25 > S 2000" + winner + "0.3 < SA 6000 ack 2001" + winner + "0.3 > A 2001 ack 6001" + winner;
  // The slower address is given up by RST as soon as it answers, or closed at once.
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"given up before it answers, as another address was faster", lost + won + "9 end", "ok ok"},
      {"no other address was", lost + "9 end", "synack-reset"},
      {"another connection to the same address is no race",
       lost + "0.25 > S 2000 c 10.0.0.1:40001\n0.3 < SA 6000 ack 2001 c 10.0.0.1:40001\n0.3 > A 2001 ack 6001 c "
              "10.0.0.1:40001\n9 end",
       "synack-reset ok"},
      {"another was, but long after",
       lost + "20 > S 2000" + winner + "20.1 < SA 6000 ack 2001" + winner + "20.1 > A 2001 ack 6001" + winner +
           "30 end",
       "synack-reset ok"},
      {"closed as soon as it opens",
       kOpen + "0.21 > FA 1001 ack 5001\n0.3 < FA 5001 ack 1002\n0.4 > A 1002 ack 5002\n9 end", "ok"},
      {"reset as soon as it opens", kOpen + "0.21 > RA 1001 ack 5001\n9 end", "ok"},
  })));
}

TEST_CASE("a server under a flood answers with cookies, and keeps no state", "[verdict][attempt]") {
  check_row(GENERATE(values<VerdictRow>({
      {"its SYN-ACK lacks the client's options, and data passes as usual", R"(
0.0 > S 1000 mss 1460 ts 1
0.1 < SA 3735928559 ack 1001 mss 536
0.2 > A 1001 ack 3735928560
0.3 > PA 1001:1101 ack 3735928560
0.4 < A 3735928560:3735929096 ack 1101
0.4 < A 3735929096:3735929632 ack 1101
0.5 > A 1101 ack 3735929632
9 end)",
       "ok"},
      {"the ACK was lost, and the first data opens the connection", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
0.2 > PA 1001:1101 ack 5001
0.3 < PA 5001:5101 ack 1101
0.4 > A 1101 ack 5101
9 end)",
       "ok"},
      {"each SYN draws a new cookie", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
1.0 > S 1000
1.1 < SA 6000 ack 1001
1.2 > A 1001 ack 6001
1.3 > PA 1001:1101 ack 6001
1.4 < PA 6001:6101 ack 1101
1.5 > A 1101 ack 6101
9 end)",
       "slow-handshake"},
  })));
}

TEST_CASE("data on the SYN may be taken or left", "[verdict][attempt]") {
  check_row(GENERATE(values<VerdictRow>({
      {"left: the client sends it again", R"(
0.0 > S 1000:1100
0.1 < SA 5000 ack 1001
0.2 > A 1001 ack 5001
0.2 > PA 1001:1100 ack 5001
0.3 < PA 5001:5101 ack 1100
0.4 > A 1100 ack 5101
9 end)",
       "ok"},
      {"lost: the client tries without",
       "0.0 > S 1000:1100\n1.0 > S 1000\n1.1 < SA 5000 ack 1001\n1.2 > A 1001 ack 5001\n9 end", "slow-handshake"},
      {"a silent server stays one", "0.0 > S 1000:1100\n1.0 > S 1000\n3.0 > S 1000\n9 end", "syn-no-reply"},
  })));
}

TEST_CASE("sequence numbers wrap in the middle of a transfer", "[verdict][attempt]") {
  const std::string open = R"(
0.0 > S 4294966000
0.1 < SA 5000 ack 4294966001
0.2 > A 4294966001 ack 5001
0.3 > A 4294966001:165 ack 5001
)";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"and nothing is lost", open + "0.4 < A 5001 ack 165\n0.5 > A 165:1165 ack 5001\n0.6 < A 5001 ack 1165\n9 end",
       "ok"},
      {"and what lies across it is never acknowledged",
       open +
           "0.6 > A 4294966001:165 ack 5001\n1.2 > A 4294966001:165 ack 5001\n2.4 > A 4294966001:165 ack 5001\n9 end",
       "stalled"},
  })));
}

TEST_CASE("ports that are used again", "[verdict][attempt]") {
  const std::string again = "3 > S 9000\n3.1 < SA 7000 ack 9001\n3.2 > A 9001 ack 7001\n20 end";
  const std::string closed = kOpen + kTalk + "1.0 > FA 1101 ack 5101\n1.1 < FA 5101 ack 1102\n1.2 > A 1102 ack 5102\n";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"seconds after the old connection closed", closed + again, "ok ok"},
      {"after the old one was reset", kOpen + kTalk + "1.0 > RA 1101 ack 5101\n" + again, "ok ok"},
      {"but nobody answers any more", closed + "3 > S 9000\n4 > S 9000\n20 end", "ok syn-no-reply"},
  })));
}

TEST_CASE("a packet that the capture holds several times was sent once", "[verdict][quality]") {
  const std::string thrice = "{} any 0\n{} any 4 ttl 63\n{} any 4 ttl 63\n";
  const auto seen = [&](std::string_view line) { return fmt::format(fmt::runtime(thrice), line, line, line); };
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"a connection, every packet of it thrice",
       seen("0.0 > S 1000 id 1") + seen("0.1 < SA 5000 ack 1001 id 2") + seen("0.2 > A 1001 ack 5001 id 3") +
           seen("0.3 > PA 1001:1101 ack 5001 id 4") + seen("0.4 < PA 5001:5101 ack 1101 id 5") +
           seen("0.5 > A 1101 ack 5101 id 6") + "9 end",
       "ok"},
      {"a SYN without an answer yet", seen("0.0 > S 1000 id 1") + "3 end", "inconclusive"},
      {"a SYN without an answer", seen("0.0 > S 1000 id 1") + "4 end", "syn-no-reply"},
      {"a SYN-ACK", seen("0.0 > S 1000 id 1") + seen("0.1 < SA 5000 ack 1001 id 2") + "9 end", "inconclusive"},
      {"data that nobody acknowledges yet", kOpen + seen("0.3 > PA 1001:1101 ack 5001 id 4") + "9 end", "ok"},
      {"a name, asked for and told",
       seen("0 > query a.example s 10.0.0.2:53") + seen("0.1 < answer a.example s 10.0.0.2:53"), "ok"},
      {"a question for a neighbour", R"(
0.0 > ping
0.1 < pong
1.0 > arp 10.0.0.1 10.0.0.9
1.0001 > again
1.0002 > again
9.0 end)",
       "ok inconclusive"},
  })));
}

TEST_CASE("a connection before and behind a router that translates addresses is one", "[verdict][attempt]") {
  const std::string inside = " any 0 ttl 64";
  const std::string outside = " any 4 ttl 63 c 203.0.113.5:61000";
  const auto both = [&](double at, const std::string& packet) {
    return fmt::format("{0} > {1}{2}\n{0}001 > {1}{3}\n", at, packet, inside, outside);
  };
  SECTION("it works") {
    const Replay works = replay(both(0.5, "S 1000") + "0.6 < SA 5000 ack 1001 any 0 ttl 60 c 203.0.113.5:61000\n" +
                                "0.6001 < SA 5000 ack 1001 any 4 ttl 59\n" + both(0.7, "A 1001 ack 5001") + "9 end");
    CHECK(works.verdicts() == "ok ok");
    CHECK(works.result.ok == 1);
  }
  SECTION("it fails once") {
    const Replay fails = replay(both(0.5, "S 1000") + both(1.5, "S 1000") + "9 end");
    REQUIRE(fails.findings() == "syn-no-reply");
    CHECK(fails.verdicts() == "syn-no-reply syn-no-reply");
    CHECK(fails.result.findings.front().count == 1);
    CHECK(fails.result.failed == 1);
  }
  SECTION("the responder's address is the one that is translated") {
    const Replay fails = replay("0.5 > S 1000 any 0 ttl 64\n0.5001 > S 1000 any 4 ttl 63 s 192.168.1.5:8443\n9 end");
    CHECK(fails.findings() == "syn-no-reply");
    CHECK(fails.result.failed == 1);
  }
  SECTION("two clients that happen to use the same number are two") {
    const Replay two = replay("0.5 > S 1000 any 0 ttl 64\n0.5001 > S 1000 any 0 ttl 64 c 10.0.0.7:61000\n9 end");
    CHECK(two.result.failed == 2);
    const Replay later = replay("0.5 > S 1000 any 0 ttl 64\n0.6 > S 1000 any 0 ttl 63 c 10.0.0.7:61000\n9 end");
    CHECK(later.result.failed == 2);
  }
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
