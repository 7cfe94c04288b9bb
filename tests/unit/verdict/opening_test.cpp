// Connections that never opened, or opened late.
#include "tests/unit/verdict/rows.h"

namespace whydrop {

TEST_CASE("silence after a SYN is judged only once the capture could have shown an answer", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"four seconds of silence count", R"(
0.0 > S 1000
4.0 end)",
       "syn-no-reply"},
      {"a SYN in the capture's last second is pending, not dropped", R"(
0.0 > S 1000
3.9 end)",
       "inconclusive"},
      {"two repeats and a second more are enough", R"(
0.0 > S 1000
1.0 > S 1000
2.0 > S 1000
3.0 end)",
       "syn-no-reply"},
      {"two repeats and less than a second are not", R"(
0.0 > S 1000
1.0 > S 1000
2.0 > S 1000
2.9 end)",
       "inconclusive"},
      {"patience scales",
       R"(
0.0 > S 1000
4.0 end)",
       "inconclusive",
       {.patience = 2.0}},
      {"one SYN repeated for two minutes is one attempt", R"(
0.0 > S 1000
1.0 > S 1000
3.0 > S 1000
7.0 > S 1000
15.0 > S 1000
31.0 > S 1000
63.0 > S 1000
127.0 end)",
       "syn-no-reply"},
      {"a new sequence number on the same ports is another attempt", R"(
0.0 > S 1000
1.0 > S 9000
9.0 end)",
       "syn-no-reply syn-no-reply"},
      {"the sequence number may wrap", R"(
0.0 > S 4294967295
0.1 < SA 5000 ack 0
0.2 > A 0 ack 5001
9.0 end)",
       "ok"},
      {"an answer after all repeats is an answer", R"(
0.0 > S 1000
1.0 > S 1000
3.0 > S 1000
3.1 < SA 5000 ack 1001
3.2 > A 1001 ack 5001
9.0 end)",
       "slow-handshake"},
      {"a client that acknowledges was answered, whatever the capture holds", R"(
0.0 > S 1000
0.2 > A 1001 ack 5001
9.0 end)",
       "ok"},
      {"a client that resets after its SYN was answered too", R"(
0.0 > S 1000
0.2 > R 1001
9.0 end)",
       "inconclusive"},
  })));
}

TEST_CASE("a RST refuses a SYN only if it answers it", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"with the right ACK number", R"(
0.0 > S 1000
0.1 < RA 0 ack 1001
9.0 end)",
       "refused"},
      {"an ISN at the end of the number space", R"(
0.0 > S 4294967295
0.1 < RA 0 ack 0
9.0 end)",
       "refused"},
      {"not with another ACK number", R"(
0.0 > S 1000
0.1 < RA 0 ack 777
9.0 end)",
       "inconclusive"},
      {"not without one", R"(
0.0 > S 1000
0.1 < R 0
9.0 end)",
       "inconclusive"},
      {"every try of a client that does not believe it is one attempt", R"(
0.0 > S 1000
0.1 < RA 0 ack 1001
0.5 > S 1000
0.6 < RA 0 ack 1001
9.0 end)",
       "refused"},
      {"a RST after the SYN-ACK is no refusal", kOpen + R"(
0.3 < RA 5001 ack 1001
9.0 end)",
       "closed-on-accept"},
  })));
}

TEST_CASE("a handshake that lacks only its last ACK", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"SYN and SYN-ACK repeat and no ACK comes", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
1.0 > S 1000
1.1 < SA 5000 ack 1001
3.1 < SA 5000 ack 1001
9.0 end)",
       "synack-no-ack"},
      {"not when nobody repeats anything", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
9.0 end)",
       "inconclusive"},
      {"not when the capture ends too early", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
1.0 > S 1000
1.1 < SA 5000 ack 1001
1.9 end)",
       "inconclusive"},
      {"not when the capture recorded the SYN-ACK twice", R"(
0.0 > S 1000 id 1
0.1 < SA 5000 ack 1001 id 0
0.1005 < again
9.0 end)",
       "inconclusive"},
      {"not when the client resets", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
1.1 < SA 5000 ack 1001
1.2 > R 1001
9.0 end)",
       "synack-reset"},
      {"a SYN-ACK whose SYN was not recorded proves nothing", R"(
0.1 < SA 5000 ack 1001
1.1 < SA 5000 ack 1001
3.1 < SA 5000 ack 1001
9.0 end)",
       "inconclusive"},
  })));
}

TEST_CASE("a slow handshake is told from a server that waits for data", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"the SYN was repeated", R"(
0.0 > S 1000
1.0 > S 1000
1.1 < SA 5000 ack 1001
1.2 > A 1001 ack 5001
9.0 end)",
       "slow-handshake"},
      {"the SYN and the SYN-ACK were recorded twice, milliseconds apart and without an ID to tell", R"(
0.0 > S 1000
0.002 > S 1000
0.1 < SA 5000 ack 1001
0.105 < SA 5000 ack 1001
0.2 > A 1001 ack 5001
9.0 end)",
       "ok"},
      {"the capture lacks the SYN-ACK, and both talk", R"(
0.0 > S 1000
0.1 > A 1001:1101 ack 5001
0.2 < A 5001:5101 ack 1101
9.0 end)",
       "ok"},
      {"the SYN came again when all was over", R"(
0.0 < SA 5000 ack 1001
0.1 > A 1001 ack 5001
0.15 > PA 1001:1101 ack 5001
0.2 < FPA 5001:5301 ack 1101
0.3 > FA 1101 ack 5302
0.4 < A 5302 ack 1102
0.5 > S 1000
9.0 end)",
       "ok"},
      {"another SYN on the same ports is another attempt", R"(
0.0 < SA 5000 ack 1001
0.1 > A 1001 ack 5001
0.15 > PA 1001:1101 ack 5001
0.2 < FPA 5001:5301 ack 1101
0.3 > FA 1101 ack 5302
0.4 < A 5302 ack 1102
0.5 > S 2000
9.0 end)",
       "ok syn-no-reply"},
      {"the SYN-ACK was repeated before the ACK", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
1.1 < SA 5000 ack 1001
1.2 > A 1001 ack 5001
9.0 end)",
       "slow-handshake"},
      {"the SYN-ACK was repeated after the ACK: TCP_DEFER_ACCEPT", kOpen + R"(
1.1 < SA 5000 ack 1001
1.2 > A 1001 ack 5001
9.0 end)",
       "ok"},
      {"everything at once is healthy", kOpen + "9.0 end", "ok"},
  })));
}

TEST_CASE("a finding counts attempts and shows the packets", "[verdict]") {
  const Replay replayed = replay(R"(
0.0 > S 1000
1.0 > S 1000
3.0 > S 1000
4.0 > S 7000 c 10.0.0.1:40001
5.0 > S 7000 c 10.0.0.1:40001
60.0 end)");
  REQUIRE(replayed.result.findings.size() == 1);
  const Finding& finding = replayed.result.findings.front();
  CHECK(finding.count == 2);
  CHECK(finding.client.address == IpAddress::parse("10.0.0.1"));
  CHECK_FALSE(finding.client.port);
  CHECK(finding.server.port == 443);
  CHECK(attribute(finding, "syn_count") == "3");
  REQUIRE(finding.evidence.size() == 3);
  CHECK(finding.evidence[0].packet == PacketRef(0, 1));
  CHECK(finding.evidence[1].packet == PacketRef(0, 3));
  REQUIRE(finding.evidence[2].until);
  CHECK(finding.evidence[2].what == "no reply in 60.0 s");
  CHECK(finding.display_filter == "ip.addr == 10.0.0.1 && ip.addr == 10.0.0.2 && tcp.port == 443");
}

}  // namespace whydrop
