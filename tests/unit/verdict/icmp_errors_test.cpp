// What routers and hosts said about a flow.
#include <fmt/format.h>

#include "tests/unit/verdict/rows.h"

namespace whydrop {

TEST_CASE("an ICMP error is a verdict only if nothing answers afterwards", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"a SYN rejected by a hop", R"(
0.0 > S 1000
0.1 < icmp host-prohibited from 10.0.0.9
9.0 end)",
       "unreachable"},
      {"the same over IPv6",
       R"(
0.0 > S 1000
0.1 < icmp admin-prohibited from fd00::9
9.0 end)",
       "unreachable",
       {.ipv6 = true}},
      {"success afterwards", R"(
0.0 > S 1000
0.1 < icmp host-unreachable from 10.0.0.9
1.0 > S 1000
1.1 < SA 5000 ack 1001
1.2 > A 1001 ack 5001
9.0 end)",
       "slow-handshake"},
      {"an error about the answer is none about the question", R"(
0.0 > query www.example.org s 10.0.0.2:53
0.1 < answer www.example.org s 10.0.0.2:53
0.2 > icmp port-unreachable
9.0 end)",
       "ok"},
      {"a UDP request that nobody listens for", R"(
0.0 > query www.example.org s 10.0.0.2:53
0.1 < icmp port-unreachable s 10.0.0.2:53
9.0 end)",
       "unreachable"},
      {"two who talked, and one has hung up", R"(
0.0 > udp one s 10.0.0.2:19956
0.1 < udp two s 10.0.0.2:19956
0.2 > udp three s 10.0.0.2:19956
0.3 < icmp port-unreachable s 10.0.0.2:19956
9.0 end)",
       "ok"},
      {"two who talked, and a hop says no more", R"(
0.0 > udp one s 10.0.0.2:19956
0.1 < udp two s 10.0.0.2:19956
0.2 > udp three s 10.0.0.2:19956
0.3 < icmp host-prohibited s 10.0.0.2:19956 from 10.0.0.9
9.0 end)",
       "unreachable"},
      {"a name server that dies while it is asked", R"(
0.0 > query www.example.org s 10.0.0.2:53
0.1 < answer www.example.org s 10.0.0.2:53
0.2 > query www.example.net s 10.0.0.2:53
0.3 < icmp port-unreachable s 10.0.0.2:53
9.0 end)",
       "unreachable"},
      {"an error about a flow that was never seen names it all the same", R"(
0.0 < icmp host-unreachable from 10.0.0.9 quote-from 10.0.0.1:40000
9.0 end)",
       "unreachable"},
      {"a traceroute's probes end in errors by design", R"(
0.0 > udp probe ttl 1 s 10.0.0.2:33434
0.1 < expired from 10.0.0.8
0.2 > udp probe ttl 2 s 10.0.0.2:33435
0.3 < icmp port-unreachable s 10.0.0.2:33435
9.0 end)",
       "ok ok"},
      {"the hop limit ran out once, and the next try got through", R"(
0.0 > S 1000 ttl 64
0.1 < expired from 10.0.0.8
1.0 > S 1000 ttl 64
1.1 < SA 5000 ack 1001
1.2 > A 1001 ack 5001
9.0 end)",
       "slow-handshake"},
      {"a full hop limit that runs out is a loop", R"(
0.0 > S 1000 ttl 64
0.1 < expired from 10.0.0.8
9.0 end)",
       "ttl-exceeded"},
      {"a request for smaller packets that is obeyed is information", R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
0.3 > A 1001:2461 ack 5001 df
0.4 < too-big 1400 from 10.0.0.9
0.5 > A 1001:2361 ack 5001 df
0.6 < A 5001 ack 2361
9.0 end)",
       "frag-needed"},
  })));
}

TEST_CASE("the error's sender and code are named", "[verdict]") {
  const auto [line, code, role] = GENERATE(table<std::string, std::string, std::string>({
      {"0.1 < icmp host-prohibited from 10.0.0.9", "host-prohibited", "gateway"},
      {"0.1 < icmp port-unreachable", "port-unreachable", "target"},
      {"0.1 < icmp net-unreachable from 10.0.0.9", "net-unreachable", "gateway"},
  }));
  const Replay replayed = replay("0.0 > S 1000\n" + line + "\n9.0 end");
  REQUIRE(replayed.findings() == "unreachable");
  const Finding& finding = replayed.result.findings.front();
  CHECK(attribute(finding, "code") == code);
  CHECK(attribute(finding, "sender_role") == role);
  REQUIRE(finding.evidence.size() == 2);
  CHECK(finding.evidence[1].packet == PacketRef(0, 2));
}

TEST_CASE("rationed errors: silence beside a rejection is the same rejection", "[verdict]") {
  std::string script;
  for (int attempt = 0; attempt < 30; ++attempt) {
    script += fmt::format("{}.0 > S 1000 c 10.0.0.1:{}\n", attempt, 41000 + attempt);
    if (attempt < 6)
      script += fmt::format("{}.1 < icmp host-prohibited from 10.0.0.9 c 10.0.0.1:{}\n", attempt, 41000 + attempt);
  }
  const Replay replayed = replay(script + "40.0 end");
  REQUIRE(replayed.findings() == "unreachable");
  CHECK(replayed.result.findings.front().count == 30);

  SECTION("but not more than a minute later") {
    const Replay late = replay(
        "0.0 > S 1000\n0.1 < icmp host-prohibited from 10.0.0.9\n"
        "61.0 > S 1000 c 10.0.0.1:41000\n70.0 end");
    CHECK(late.verdicts() == "unreachable syn-no-reply");
  }
  SECTION("and not at another port") {
    const Replay other = replay(
        "0.0 > S 1000\n0.1 < icmp host-prohibited from 10.0.0.9\n"
        "1.0 > S 1000 s 10.0.0.2:80\n9.0 end");
    CHECK(other.verdicts() == "unreachable syn-no-reply");
  }
}

}  // namespace whydrop
