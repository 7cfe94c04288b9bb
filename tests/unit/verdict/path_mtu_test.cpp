// Path-MTU black holes at the sender and at the receiver, and what only looks like one.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

/// Handshake, then a 100-byte request that the server acknowledges: small packets pass.
const std::string kSmallPasses = R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001 df
0.4 < A 5001 ack 1101
)";
const std::string kFullSizeRepeats = R"(
0.5 > A 1101:2561 ack 5001 df
0.8 > A 1101:2561 ack 5001 df
1.4 > A 1101:2561 ack 5001 df
2.6 > A 1101:2561 ack 5001 df
9.0 end)";

}  // namespace

TEST_CASE("full-size segments vanish while smaller ones arrive", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"at the sender", kSmallPasses + kFullSizeRepeats, "pmtu-blackhole"},
      {"with segmentation offload one frame is many segments", kSmallPasses + R"(
0.5 > A 1101:8401 ack 5001 df
0.8 > A 1101:2561 ack 5001 df
1.4 > A 1101:2561 ack 5001 df
2.6 > A 1101:2561 ack 5001 df
9.0 end)",
       "pmtu-blackhole"},
      {"a smaller segment lost as well is a stall", kSmallPasses + R"(
0.5 > PA 1101:1901 ack 5001 df
0.8 > PA 1101:1901 ack 5001 df
1.4 > PA 1101:1901 ack 5001 df
2.6 > PA 1101:1901 ack 5001 df
9.0 end)",
       "stalled"},
      {"with DF clear routers fragment: not path MTU", kSmallPasses + R"(
0.5 > A 1101:2561 ack 5001
0.8 > A 1101:2561 ack 5001
1.4 > A 1101:2561 ack 5001
2.6 > A 1101:2561 ack 5001
9.0 end)",
       "stalled"},
      {"a full-size segment that was acknowledged shows that the size passes", kSmallPasses + R"(
0.5 > A 1101:2561 ack 5001 df
0.6 < A 5001 ack 2561
0.7 > A 2561:4021 ack 5001 df
1.0 > A 2561:4021 ack 5001 df
1.6 > A 2561:4021 ack 5001 df
2.8 > A 2561:4021 ack 5001 df
9.0 end)",
       "stalled"},
      {"if only the handshake passed, size is a suspicion", R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
0.5 > A 1001:2461 ack 5001 df
0.8 > A 1001:2461 ack 5001 df
1.4 > A 1001:2461 ack 5001 df
2.6 > A 1001:2461 ack 5001 df
9.0 end)",
       "stalled"},
      {"unless an ICMP error that is ignored proves it", R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
0.5 > A 1001:2461 ack 5001 df
0.6 < too-big 1400 from 10.0.0.9
0.8 > A 1001:2461 ack 5001 df
1.4 > A 1001:2461 ack 5001 df
2.6 > A 1001:2461 ack 5001 df
9.0 end)",
       "pmtu-blackhole"},
      {"one repeat that gets through is nothing", kSmallPasses + R"(
0.5 > A 1101:2561 ack 5001 df
0.8 > A 1101:2561 ack 5001 df
0.9 < A 5001 ack 2561
9.0 end)",
       "ok"},
      {"repeats that the capture made are none", kSmallPasses + R"(
0.5 > A 1101:2561 ack 5001 df id 77
0.5001 > again
0.5002 > again
0.5003 > again
0.6 < A 5001 ack 2561
9.0 end)",
       "ok"},
  })));
}

TEST_CASE("at the receiver, full-size bytes are a hole that smaller segments stand behind", "[verdict]") {
  const std::string request = R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001 ack 1101
)";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"and the receiver keeps asking for its first byte", request + R"(
0.5 < PA 9381:9881 ack 1101
0.6 > A 1101 ack 5001 sack 9381-9881
9.0 end)",
       "pmtu-blackhole"},
      {"a hole that fills was only reordering", request + R"(
0.5 < PA 9381:9881 ack 1101
0.6 > A 1101 ack 5001 sack 9381-9881
0.7 < A 5001:9381 ack 1101
0.8 > A 1101 ack 9881
9.0 end)",
       "ok"},
      {"a hole that the receiver acknowledges is the capture's own", request + R"(
0.5 < PA 9381:9881 ack 1101
0.6 > A 1101 ack 9881
9.0 end)",
       "ok"},
      {"a hole smaller than a segment is plain loss", request + R"(
0.5 < PA 5201:5701 ack 1101
0.6 > A 1101 ack 5001 sack 5201-5701
9.0 end)",
       "ok"},
      {"a full-size segment that arrived shows that the size passes", request + R"(
0.5 < A 5001:6461 ack 1101
0.6 > A 1101 ack 6461
0.7 < PA 9381:9881 ack 1101
0.8 > A 1101 ack 6461 sack 9381-9881
9.0 end)",
       "ok"},
  })));
}

TEST_CASE("a suspicion about size is confirmed by another flow between the same hosts", "[verdict]") {
  const Replay replayed = replay(kSmallPasses + R"(
0.5 > A 1101:2561 ack 5001 df
0.8 > A 1101:2561 ack 5001 df
1.4 > A 1101:2561 ack 5001 df
2.6 > A 1101:2561 ack 5001 df
3.0 > S 1000 mss 1460 c 10.0.0.1:40001
3.1 < SA 5000 ack 1001 mss 1460 c 10.0.0.1:40001
3.2 > A 1001 ack 5001 c 10.0.0.1:40001
3.5 > A 1001:2461 ack 5001 df c 10.0.0.1:40001
3.8 > A 1001:2461 ack 5001 df c 10.0.0.1:40001
4.4 > A 1001:2461 ack 5001 df c 10.0.0.1:40001
5.6 > A 1001:2461 ack 5001 df c 10.0.0.1:40001
15.0 end)");
  CHECK(replayed.verdicts() == "pmtu-blackhole pmtu-blackhole");
}

TEST_CASE("a request for smaller packets whose quote a hop changed never reaches its sender", "[verdict]") {
  const auto ignored = [](std::string_view error) {
    return fmt::format(R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
0.5 > A 1001:2461 ack 5001 df
0.6 < {}
0.8 > A 1001:2461 ack 5001 df
1.4 > A 1001:2461 ack 5001 df
2.6 > A 1001:2461 ack 5001 df
9.0 end)",
                       error);
  };
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"another port", ignored("too-big 1400 from 10.0.0.9 quote-from 10.0.0.1:61000"), "pmtu-blackhole ok"},
      {"another address", ignored("too-big 1400 from 10.0.0.9 quote-from 203.0.113.5:61000"), "pmtu-blackhole ok"},
      {"another target", ignored("too-big 1400 from 10.0.0.9 quote-to 192.168.1.5:8443"), "pmtu-blackhole ok"},
      {"a size that these packets do not exceed", ignored("too-big 1500 from 10.0.0.9 quote-from 10.0.0.1:61000"),
       "stalled frag-needed"},
      {"about another service", ignored("too-big 1400 from 10.0.0.9 quote-from 10.0.0.1:61000 quote-to 10.0.0.2:80"),
       "stalled frag-needed"},
      {"of the responder's packets", R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001:6461 ack 1101 df
0.5 > too-big 1400 from 10.0.0.9 quote-from 203.0.113.9:8443
0.7 < A 5001:6461 ack 1101 df
1.3 < A 5001:6461 ack 1101 df
2.5 < A 5001:6461 ack 1101 df
9.0 end)",
       "pmtu-blackhole ok"},
  })));
  const Replay changed = replay(ignored("too-big 1400 from 10.0.0.9 quote-from 203.0.113.5:61000"));
  REQUIRE(changed.findings() == "pmtu-blackhole");
  const Finding& finding = changed.result.findings.front();
  CHECK(attribute(finding, "icmp_mtu") == "1400");
  CHECK(attribute(finding, "quote_differs") == "true");
  const Replay exact = replay(ignored("too-big 1400 from 10.0.0.9"));
  CHECK(attribute(exact.result.findings.at(0), "quote_differs") == "(none)");
  CHECK(exact.result.findings.at(0).confidence > finding.confidence);
}

TEST_CASE("a black hole's bracket is reported with its direction", "[verdict]") {
  const Replay replayed = replay(kSmallPasses + kFullSizeRepeats);
  REQUIRE(replayed.findings() == "pmtu-blackhole");
  const Finding& finding = replayed.result.findings.front();
  CHECK(attribute(finding, "direction") == "client-to-server");
  CHECK(attribute(finding, "largest_passed") == "100");
  CHECK(attribute(finding, "smallest_lost") == "1460");
  CHECK(attribute(finding, "mss") == "1460");
  CHECK(attribute(finding, "icmp_seen") == "false");
  CHECK(attribute(finding, "retransmissions") == "3");
}

}  // namespace whydrop
