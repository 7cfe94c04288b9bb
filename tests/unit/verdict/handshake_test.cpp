// The second half of a handshake, where it goes wrong, and what only looks like it.
#include "tests/unit/verdict/rows.h"

namespace whydrop {

TEST_CASE("a SYN-ACK that is answered by RST", "[verdict][synack-reset]") {
  CHECK(replay("0.0 > S 1000\n0.1 < SA 5000 ack 1001\n0.11 > R 1001\n9 end").verdicts() == "synack-reset");
  SECTION("at even intervals it is a health check") {
    std::string script;
    for (int at = 0; at < 5; ++at) {
      const std::string c = fmt::format(" c 10.0.0.1:{}", 40000 + at);
      script += fmt::format("{0}.0 > S 1000{1}\n{0}.1 < SA 5000 ack 1001{1}\n{0}.11 > R 1001{1}\n", at * 10, c);
    }
    CHECK(replay(script + "60 end").verdicts() == "ok ok ok ok ok");
  }
  SECTION("at odd times it is none") {
    std::string script;
    for (const int at : {0, 10, 60}) {
      const std::string c = fmt::format(" c 10.0.0.1:{}", 40000 + at);
      script += fmt::format("{0}.0 > S 1000{1}\n{0}.1 < SA 5000 ack 1001{1}\n{0}.11 > R 1001{1}\n", at, c);
    }
    CHECK(replay(script + "90 end").verdicts() == "synack-reset synack-reset synack-reset");
  }
  SECTION("over several ports it is a scan") {
    const auto probed = [](int ports) {
      std::string script;
      for (int at = 0; at < ports; ++at) {
        const std::string s = fmt::format(" s 10.0.0.2:{}", 80 + at);
        script += fmt::format("{0}.0 > S 1000{1}\n{0}.1 < SA 5000 ack 1001{1}\n{0}.11 > R 1001{1}\n", at, s);
      }
      return replay(script + "60 end");
    };
    CHECK(probed(3).verdicts() == "half-open-scan half-open-scan half-open-scan");
    CHECK(probed(3).result.findings.at(0).severity == Severity::information);
    CHECK(probed(2).verdicts() == "synack-reset synack-reset");
  }
}

TEST_CASE("a SYN-ACK from another address belongs to the SYN that it acknowledges", "[verdict][synack-misaddressed]") {
  check_row(GENERATE(values<VerdictRow>({
      {"another address", "0.0 > S 1000\n0.1 < SA 5000 ack 1001 s 10.0.0.9:443\n0.2 > R 1001 s 10.0.0.9:443\n9 end",
       "synack-misaddressed inconclusive"},
      {"another port", "0.0 > S 1000\n0.1 < SA 5000 ack 1001 s 10.0.0.2:8443\n9 end",
       "synack-misaddressed inconclusive"},
      {"from the very address, recorded in front of the SYN",
       "0.001 < SA 5000 ack 1001\n0.0 > S 1000\n0.2 > A 1001 ack 5001\n9 end", "ok"},
      {"for another SYN", "0.0 > S 1000\n0.1 < SA 5000 ack 4001 s 10.0.0.9:443\n9 end", "syn-no-reply inconclusive"},
      {"to another client port", "0.0 > S 1000\n0.1 < SA 5000 ack 1001 s 10.0.0.9:443 c 10.0.0.1:40001\n9 end",
       "syn-no-reply inconclusive"},
  })));
}

TEST_CASE("a SYN that an old connection answers", "[verdict][syn-challenged]") {
  check_row(GENERATE(values<VerdictRow>({
      {"an ACK for something else", "0.0 > S 1000\n0.1 < A 7000 ack 99\n0.2 > R 99\n9 end", "syn-challenged"},
      {"again and again until the capture ends",
       "0.0 > S 1000\n0.1 < A 7000 ack 99\n1.0 > S 1000\n1.1 < A 7000 ack 99\n4.0 > S 1000\n4.1 < A 7000 ack 99",
       "syn-challenged"},
      {"once, just before the capture ends", "0.0 > S 1000\n0.1 < A 7000 ack 99", "inconclusive"},
      {"a RST clears the way and the SYN is repeated",
       "0.0 > S 1000\n0.1 < A 7000 ack 99\n0.2 > R 99\n1.0 > S 1000\n1.1 < SA 5000 ack 1001\n1.2 > A 1001 ack 5001\n9 "
       "end",
       "slow-handshake"},
      {"an ACK of the SYN is the other half of a handshake that was not recorded",
       "0.0 > S 1000\n0.1 < A 5001 ack 1001\n9 end", "inconclusive"},
  })));
}

TEST_CASE("the last ACK of a handshake does not arrive", "[verdict][handshake-ack-lost]") {
  check_row(GENERATE(values<VerdictRow>({
      {"the SYN-ACK comes again, data stays unacknowledged", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001
1.1 < SA 5000 ack 1001
1.2 > A 1101 ack 5001
3.1 < SA 5000 ack 1001
9 end)",
       "handshake-ack-lost"},
      {"without data the server waits for it", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
0.2 > A 1001 ack 5001
1.1 < SA 5000 ack 1001
9 end)",
       "ok"},
      {"the data gets through after all", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001
1.1 < SA 5000 ack 1001
1.3 < A 5001 ack 1101
9 end)",
       "ok"},
  })));
}

}  // namespace whydrop
