// Connections that opened and ended badly, each beside those that ended well.
#include "tests/unit/verdict/rows.h"

namespace whydrop {

TEST_CASE("a server that hangs up on accepting is told from one that was done", "[verdict][closed-on-accept]") {
  check_row(GENERATE(values<VerdictRow>({
      {"FIN at once, nothing said",
       kOpen + "0.3 < FA 5001 ack 1001\n0.4 > FA 1001 ack 5002\n0.5 < A 5002 ack 1002\n9.0 end", "closed-on-accept"},
      {"FIN at once after the client's banner", kOpen + R"(
0.3 > PA 1001 ack 5001 says SSH-2.0-OpenSSH_9.2
0.31 < A 5001 ack 1023
0.5 < FA 5001 ack 1023
0.6 > FA 1023 ack 5002
0.7 < A 5002 ack 1024
9.0 end)",
       "closed-on-accept"},
      {"a wrapper that first waits for its resolver", kOpen + R"(
0.3 > PA 1001 ack 5001 says SSH-2.0-OpenSSH_9.2
0.31 < A 5001 ack 1023
5.3 < FA 5001 ack 1023
5.4 > FA 1023 ack 5002
5.5 < A 5002 ack 1024
9.0 end)",
       "closed-on-accept"},
      {"a line that sends the client away", R"(
0.0 > S 1000 s 10.0.0.2:22
0.1 < SA 5000 ack 1001 s 10.0.0.2:22
0.2 > A 1001 ack 5001 s 10.0.0.2:22
0.3 < PA 5001 ack 1001 says Exceeded_MaxStartups s 10.0.0.2:22
0.3 < FA 5023 ack 1001 s 10.0.0.2:22
0.4 > FA 1001 ack 5024 s 10.0.0.2:22
0.5 < A 5024 ack 1002 s 10.0.0.2:22
9.0 end)",
       "closed-on-accept"},
      {"a greeting is none, however short the visit", R"(
0.0 > S 1000 s 10.0.0.2:22
0.1 < SA 5000 ack 1001 s 10.0.0.2:22
0.2 > A 1001 ack 5001 s 10.0.0.2:22
0.3 < PA 5001 ack 1001 says SSH-2.0-OpenSSH_9.2 s 10.0.0.2:22
0.3 < FA 5023 ack 1001 s 10.0.0.2:22
0.4 > FA 1001 ack 5024 s 10.0.0.2:22
0.5 < A 5024 ack 1002 s 10.0.0.2:22
9.0 end)",
       "ok"},
      {"the client closes first: a health check",
       kOpen + "0.3 > FA 1001 ack 5001\n0.4 < FA 5001 ack 1002\n0.5 > A 1002 ack 5002\n9.0 end", "ok"},
      {"a browser's spare connection times out unused",
       kOpen + "5.3 < FA 5001 ack 1001\n5.4 > FA 1001 ack 5002\n5.5 < A 5002 ack 1002\n9.0 end", "ok"},
      {"what the server said was not recorded",
       kOpen + "0.3 < FA 5301 ack 1001\n0.4 > FA 1001 ack 5302\n0.5 < A 5302 ack 1002\n9.0 end", "ok"},
      {"an empty list over FTP's second connection", R"(
0.0 > S 1000 s 10.0.0.2:21
0.1 < SA 5000 ack 1001 s 10.0.0.2:21
0.2 > A 1001 ack 5001 s 10.0.0.2:21
0.3 < PA 5001 ack 1001 says 220_ready s 10.0.0.2:21
1.0 > S 1000 s 10.0.0.2:40021
1.1 < SA 5000 ack 1001 s 10.0.0.2:40021
1.2 > A 1001 ack 5001 s 10.0.0.2:40021
1.3 < FA 5001 ack 1001 s 10.0.0.2:40021
1.4 > FA 1001 ack 5002 s 10.0.0.2:40021
1.5 < A 5002 ack 1002 s 10.0.0.2:40021
9.0 end)",
       "ok ok"},
      {"a request is answered and the connection closed", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < PA 5001:5301 ack 1101
0.4 < FA 5301 ack 1101
0.5 > FA 1101 ack 5302
0.6 < A 5302 ack 1102
9.0 end)",
       "ok"},
  })));
}

TEST_CASE("a RST is a failure where something was owed", "[verdict][reset]") {
  check_row(GENERATE(values<VerdictRow>({
      {"the request is answered by RST",
       kOpen + "0.3 > PA 1001:1101 ack 5001\n0.4 < A 5001 ack 1101\n0.5 < RA 5001 ack 1101\n9.0 end", "reset"},
      {"in the middle of an answer", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001:6449 ack 1101
0.4 < A 6449:7897 ack 1101
0.5 < RA 7897 ack 1101
9.0 end)",
       "reset"},
      {"all answered and acknowledged: the server cleans up", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < PA 5001:5301 ack 1101
0.5 > A 1101 ack 5301
30.5 < RA 5301 ack 1101
39.0 end)",
       "ok"},
      {"a client that aborts its download", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001:6449 ack 1101
0.5 > RA 1101 ack 5001
9.0 end)",
       "ok"},
      {"after both have closed", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < PA 5001:5301 ack 1101
0.4 < FA 5301 ack 1101
0.5 > FA 1101 ack 5302
0.6 < R 5302
9.0 end)",
       "ok"},
      {"in the client's name, from another distance", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < PA 5001:5301 ack 1101
0.5 > RA 1101 ack 5301 ttl 57
9.0 end)",
       "reset"},
  })));
}

TEST_CASE("who sent a RST is told from its distance, its ID and its place", "[verdict][reset]") {
  const auto [rst, who] = GENERATE(table<std::string, std::string>({
      {"0.5 < RA 5001 ack 1101", "responder"},
      {"0.5 < RA 5001 ack 1101 ttl 52", "injected"},
      {"0.5 < RA 5001 ack 1101 ttl 255", "responder"},  // the same distance: some stacks treat RSTs apart
      {"0.5 < R 5001 id 0", "responder"},
      {"0.5 < RA 6461 ack 1101 id 54321", "injected"},
      {"0.5 < RA 6461 ack 1101 id 12", "responder"},  // a sequence number alone proves nothing
  }));
  const Replay replayed = replay(
      "0.0 > S 1000\n0.1 < SA 5000 ack 1001 id 10\n0.2 > A 1001 ack 5001\n"
      "0.3 > PA 1001:1101 ack 5001\n0.4 < A 5001 ack 1101 id 11\n" +
      rst + "\n9.0 end");
  REQUIRE(replayed.findings() == "reset");
  CHECK(attribute(replayed.result.findings.at(0), "who") == who);
  CHECK(attribute(replayed.result.findings.at(0), "phase") == "after-first-request");
}

TEST_CASE("after a long silence nothing gets through", "[verdict][idle-expired]") {
  const std::string used = kOpen + "0.3 > PA 1001:1101 ack 5001\n0.4 < PA 5001:5301 ack 1101\n0.5 > A 1101 ack 5301\n";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"data is repeated without answer", used + R"(
400.0 > PA 1101:1201 ack 5301
400.3 > PA 1101:1201 ack 5301
400.9 > PA 1101:1201 ack 5301
402.1 > PA 1101:1201 ack 5301
420.0 end)",
       "idle-expired"},
      {"a keep-alive probe is", used + R"(
400.0 > A 1100:1101 ack 5301
475.0 > A 1100:1101 ack 5301
550.0 > A 1100:1101 ack 5301
625.0 > A 1100:1101 ack 5301
700.0 end)",
       "idle-expired"},
      {"the first packet is answered by RST", used + "400.0 > PA 1101:1201 ack 5301\n400.1 < R 5301\n420.0 end",
       "idle-expired"},
      {"it works as before", used + "400.0 > PA 1101:1201 ack 5301\n400.1 < PA 5301:5401 ack 1201\n420.0 end", "ok"},
      {"an ACK of what this capture never saw breaks no silence", used + R"(
400.0 > A 1101 ack 5302
405.0 > FA 1101 ack 5302
405.1 < R 5302
420.0 end)",
       "ok"},
      {"the same ACK of nothing new does", used + R"(
400.0 > A 1100:1101 ack 5301
400.1 < R 5301
420.0 end)",
       "idle-expired"},
      {"a silence that no timer is that short for", used + R"(
30.0 > PA 1101:1201 ack 5301
30.3 > PA 1101:1201 ack 5301
30.9 > PA 1101:1201 ack 5301
32.1 > PA 1101:1201 ack 5301
50.0 end)",
       "stalled"},
      {"the capture ends before the silence counts", used + "400.0 > PA 1101:1201 ack 5301\n400.2 end", "ok"},
  })));
}

TEST_CASE("the idle timer lies between what survived and what did not", "[verdict][idle-expired]") {
  const Replay replayed = replay(R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001
0.4 < PA 5001:5301 ack 1101
200.0 > PA 1101:1201 ack 5301
200.1 < PA 5301:5401 ack 1201
600.0 > PA 1201:1301 ack 5401
600.3 > PA 1201:1301 ack 5401
600.9 > PA 1201:1301 ack 5401
602.1 > PA 1201:1301 ack 5401
620.0 end)");
  REQUIRE(replayed.findings() == "idle-expired");
  const Finding& finding = replayed.result.findings.at(0);
  CHECK(attribute(finding, "longest_survived_seconds") == "199.6");
  CHECK(attribute(finding, "shortest_killed_seconds") == "399.9");
  CHECK(attribute(finding, "died") == "silent");
}

TEST_CASE("a request that is acknowledged and never answered", "[verdict][no-response]") {
  const auto request = [](double end) {
    return kOpen + fmt::format(
                       "0.3 > PA 1001:1101 ack 5001\n0.4 < A 5001 ack 1101\n{} > FA 1101 ack 5001\n{} < A 5001 ack "
                       "1102\n40 end",
                       end, end + 0.1);
  };
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"the client gives up after half a minute", request(30), "no-response"},
      {"a client without patience proves nothing", request(3), "ok"},
      {"the answer comes late", kOpen + R"(
0.3 > PA 1001:1101 ack 5001
0.4 < A 5001 ack 1101
25.0 < PA 5001:5301 ack 1101
25.1 > FA 1101 ack 5301
25.2 < FA 5301 ack 1102
40 end)",
       "ok"},
      {"still waiting when the capture ends", kOpen + "0.3 > PA 1001:1101 ack 5001\n0.4 < A 5001 ack 1101\n40 end",
       "ok"},
  })));
}

TEST_CASE("three impatient clients are as good as a patient one", "[verdict][no-response]") {
  std::string script;
  for (int at = 0; at < 3; ++at) {
    const std::string c = fmt::format(" c 10.0.0.1:{}", 40000 + at);
    script += fmt::format(
        "{0}.0 > S 1000{1}\n{0}.1 < SA 5000 ack 1001{1}\n{0}.2 > A 1001 ack 5001{1}\n"
        "{0}.3 > PA 1001:1101 ack 5001{1}\n{0}.4 < A 5001 ack 1101{1}\n{2}.0 > FA 1101 ack 5001{1}\n",
        at * 5, c, at * 5 + 3);
  }
  CHECK(replay(script + "40 end").findings() == "no-response");
}

}  // namespace whydrop
