// Questions without an answer, over UDP, ICMP echo and ARP.
#include "tests/unit/verdict/rows.h"

namespace whydrop {

TEST_CASE("a question that deserves an answer fails once silence lasts", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"a DNS query and two seconds", R"(
0.0 > query www.example.org s 10.0.0.2:53
2.0 end)",
       "udp-no-reply"},
      {"a DNS query in the last second is pending", R"(
0.0 > query www.example.org s 10.0.0.2:53
1.9 end)",
       "inconclusive"},
      {"a repeat and a second more", R"(
0.0 > query www.example.org s 10.0.0.2:53
0.5 > query www.example.org s 10.0.0.2:53
1.5 end)",
       "udp-no-reply"},
      {"an answered query", R"(
0.0 > query www.example.org s 10.0.0.2:53
0.1 < answer www.example.org s 10.0.0.2:53
9.0 end)",
       "ok"},
      {"a query to a multicast group need not be answered", R"(
0.0 > query www.example.org s 224.0.0.251:53
9.0 end)",
       "ok"},
      {"a query to a subnet's broadcast address, which only the frame shows", R"(
0.0 > query www.example.org s 10.0.0.255:53 broadcast
9.0 end)",
       "ok"},
      {"an announcement to the whole subnet, repeated as a question is", R"(
0.0 > udp hello s 10.0.0.255:17500 broadcast
30.0 > udp hello s 10.0.0.255:17500 broadcast
60.0 > udp hello s 10.0.0.255:17500 broadcast
99.0 end)",
       "ok"},
      {"the same to one host", R"(
0.0 > udp hello s 10.0.0.255:17500
30.0 > udp hello s 10.0.0.255:17500
60.0 > udp hello s 10.0.0.255:17500
99.0 end)",
       "udp-no-reply"},
      {"an unknown protocol owes no answer", R"(
0.0 > udp hello s 10.0.0.2:9999
1.0 > udp hello s 10.0.0.2:9999
9.0 end)",
       "inconclusive"},
      {"echo requests without a reply", R"(
0.0 > ping
1.0 > ping
2.0 > ping
9.0 end)",
       "ping-no-reply"},
      {"echo with replies", R"(
0.0 > ping
0.1 < pong
9.0 end)",
       "ok"},
      {"a ping in the last second is pending", R"(
0.0 > ping
0.9 end)",
       "inconclusive"},
  })));
}

TEST_CASE("a request for a file is answered from another port", "[verdict][udp-no-reply]") {
  // RFC 1350, 5: opcode, name, mode; 3 is a block of data, 4 its receipt, 5 an error.
  const std::string asked = "0 > hex 0001626f6f74006f6374657400 s 10.0.0.2:69\n";
  const std::string other_port = " s 10.0.0.2:3217\n";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"with the file", asked + "0.1 < hex 000300016162" + other_port + "0.2 > hex 00040001" + other_port + "9 end",
       "ok ok"},
      {"that there is none", asked + "0.1 < hex 000500016e6f00" + other_port + "9 end", "ok ok"},
      {"from the very port, against the rule", asked + "0.1 < hex 000300016162 s 10.0.0.2:69\n9 end", "ok"},
      {"not at all", asked + "5 > hex 0001626f6f74006f6374657400 s 10.0.0.2:69\n30 end", "udp-no-reply"},
      {"not yet", asked + "1.9 end", "inconclusive"},
      {"what another client was sent answers nothing",
       asked + "0.1 < hex 000300016162 s 10.0.0.2:3217 c 10.0.0.1:40001\n9 end", "udp-no-reply ok"},
      {"what another server sent neither", asked + "0.1 < hex 000300016162 s 10.0.0.7:3217\n9 end", "udp-no-reply ok"},
      {"by an ICMP error", asked + "0.1 < icmp port-unreachable s 10.0.0.2:69\n9 end", "unreachable"},
  })));
}

TEST_CASE("an unanswered ARP question is judged only where its answer would be seen", "[verdict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"the asker's own traffic is in the capture", R"(
0.0 > ping
0.1 < pong
1.0 > arp 10.0.0.1 10.0.0.9
2.0 > arp 10.0.0.1 10.0.0.9
9.0 end)",
       "ok arp-no-reply"},
      {"one question may have been answered elsewhere", R"(
0.0 > ping
0.1 < pong
1.0 > arp 10.0.0.1 10.0.0.9
9.0 end)",
       "ok inconclusive"},
      {"a stranger must ask three times", R"(
1.0 > arp 10.0.0.1 10.0.0.9
2.0 > arp 10.0.0.1 10.0.0.9
9.0 end)",
       "inconclusive"},
      {"a stranger who does", R"(
1.0 > arp 10.0.0.1 10.0.0.9
2.0 > arp 10.0.0.1 10.0.0.9
3.0 > arp 10.0.0.1 10.0.0.9
9.0 end)",
       "arp-no-reply"},
      {"a stranger who asks now and then, as caches do", R"(
1.0 > arp 10.0.0.1 10.0.0.9
31.0 > arp 10.0.0.1 10.0.0.9
61.0 > arp 10.0.0.1 10.0.0.9
91.0 > arp 10.0.0.1 10.0.0.9
99.0 end)",
       "inconclusive"},
      {"a stranger who asks three times and begins anew", R"(
1.0 > arp 10.0.0.1 10.0.0.9
2.0 > arp 10.0.0.1 10.0.0.9
3.0 > arp 10.0.0.1 10.0.0.9
51.0 > arp 10.0.0.1 10.0.0.9
99.0 end)",
       "arp-no-reply"},
      {"a stranger's question for one who asks in turn: its answer went another way", R"(
0.0 > arp 10.0.0.9 10.0.0.7
1.0 > arp 10.0.0.1 10.0.0.9
2.0 > arp 10.0.0.1 10.0.0.9
3.0 > arp 10.0.0.1 10.0.0.9
9.0 end)",
       "inconclusive inconclusive"},
      {"an answer", R"(
1.0 > arp 10.0.0.1 10.0.0.9
2.0 > arp 10.0.0.1 10.0.0.9
2.1 < is-at 10.0.0.9 10.0.0.1
9.0 end)",
       "ok"},
      {"a probe for one's own address", R"(
1.0 > arp 0.0.0.0 10.0.0.9
2.0 > arp 0.0.0.0 10.0.0.9
3.0 > arp 0.0.0.0 10.0.0.9
9.0 end)",
       ""},
      {"an announcement", R"(
1.0 > arp 10.0.0.9 10.0.0.9
2.0 > arp 10.0.0.9 10.0.0.9
3.0 > arp 10.0.0.9 10.0.0.9
9.0 end)",
       ""},
  })));
}

TEST_CASE("a sweep over the subnet is no dead neighbour", "[verdict]") {
  std::string script;
  for (const char* second : {"1.0", "2.0", "3.0"}) {
    for (int host = 10; host < 18; ++host) {
      script += std::string(second) + " > arp 10.0.0.1 10.0.0." + std::to_string(host) + "\n";
    }
  }
  CHECK(replay(script + "9.0 end").findings().empty());
}

TEST_CASE("a neighbour that nobody answers for joins the finding that needed it", "[verdict]") {
  const Replay replayed = replay(R"(
0.0 > S 1000 s 10.0.0.9:443
1.0 > S 1000 s 10.0.0.9:443
1.1 > arp 10.0.0.1 10.0.0.9
2.1 > arp 10.0.0.1 10.0.0.9
3.1 > arp 10.0.0.1 10.0.0.9
9.0 end)");
  CHECK(replayed.findings() == "syn-no-reply");
  CHECK(attribute(replayed.result.findings.front(), "neighbor_silent") == "true");
}

}  // namespace whydrop
