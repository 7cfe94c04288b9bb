// Senders that hear nothing back, and captures that merely do not hold the answer.
#include "tests/unit/verdict/rows.h"

namespace whydrop {

TEST_CASE("one direction only is a failure when its sender misses the other too", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"the same bytes again and again", R"(
0.0 > PA 1000:1100 ack 5000
0.3 > PA 1000:1100 ack 5000
0.9 > PA 1000:1100 ack 5000
2.1 > PA 1000:1100 ack 5000
9.0 end)",
       "one-way"},
      {"an ACK number that moves shows that the other direction lives", R"(
0.0 > PA 1000:1100 ack 5000
0.3 > PA 1100:1200 ack 6000
0.9 > PA 1200:1300 ack 7000
9.0 end)",
       "ok"},
      {"neither repeats nor a moving ACK number prove anything", R"(
0.0 > PA 1000:1100 ack 5000
0.3 > PA 1100:1200 ack 5000
9.0 end)",
       "inconclusive"},
      {"two repeats are too few where the beginning was not seen", R"(
0.0 > PA 1000:1100 ack 5000
0.3 > PA 1000:1100 ack 5000
0.9 > PA 1000:1100 ack 5000
9.0 end)",
       "inconclusive"},
      {"copies by the capture are no repeats", R"(
0.0 > PA 1000:1100 ack 5000 id 9
0.001 > again
0.002 > again
0.003 > again
9.0 end)",
       "inconclusive"},
  })));
}

TEST_CASE("a connection that opened and then falls silent is stalled", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"the first request is never acknowledged", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.6 > PA 1001:1101 ack 5001
1.2 > PA 1001:1101 ack 5001
2.4 > PA 1001:1101 ack 5001
9.0 end)",
       "stalled"},
      {"one repeat and five seconds of silence", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.6 > PA 1001:1101 ack 5001
5.6 end)",
       "stalled"},
      {"one repeat and less is pending", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.6 > PA 1001:1101 ack 5001
5.5 end)",
       "inconclusive"},
      {"an answer ends it", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.6 > PA 1001:1101 ack 5001
1.2 > PA 1001:1101 ack 5001
2.4 > PA 1001:1101 ack 5001
2.5 < A 5001 ack 1101
9.0 end)",
       "ok"},
      {"keep-alives repeat a byte by design", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001 ack 1101
10.0 > A 1100:1101 ack 5001
10.1 < A 5001 ack 1101
20.0 > A 1100:1101 ack 5001
20.1 < A 5001 ack 1101
30.0 end)",
       "ok"},
  })));
}

TEST_CASE("a stall names its phase and offset", "[verdict]") {
  const Replay replayed = replay(kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001 ack 1101
0.5 > PA 1101:1201 ack 5001
0.8 > PA 1101:1201 ack 5001
1.4 > PA 1101:1201 ack 5001
2.6 > PA 1101:1201 ack 5001
9.0 end)");
  REQUIRE(replayed.findings() == "stalled");
  const Finding& finding = replayed.result.findings.front();
  CHECK(attribute(finding, "phase") == "mid-transfer");
  CHECK(attribute(finding, "byte_offset") == "100");
  CHECK(attribute(finding, "size_suspect") == "false");
  CHECK(attribute(finding, "direction") == "client-to-server");
}

TEST_CASE("a capture of one direction is noted and blames nobody", "[verdict]") {
  const Replay replayed = replay(R"(
0.0 > S 1000
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001
0.5 > A 1101 ack 6001
1.0 > S 7000 c 10.0.0.1:40001
2.0 > S 7000 c 10.0.0.1:40001
4.0 > S 7000 c 10.0.0.1:40001
20.0 end)");
  CHECK(replayed.verdicts() == "ok inconclusive");
  CHECK(replayed.has_note(QualityId::capture_one_sided));
}

}  // namespace whydrop
