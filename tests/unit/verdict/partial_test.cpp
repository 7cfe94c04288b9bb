// What works in part or badly: windows, losses, pings, fragments, names, neighbours.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

/// Forty segments; the first `lost` of them are sent twice, `after` so long. The receiver may say that it had them.
std::string transfer(int lost, double after = 0.3, bool reported = false, std::uint32_t renumbered = 0) {
  std::string script = kOpen;
  std::uint32_t seq = 1001;
  double at = 1;
  for (int number = 0; number < 40; ++number) {
    const std::string line = fmt::format("> A {}:{} ack 5001", seq, seq + 1000);
    script += fmt::format("{:.3f} {}\n", at, line);
    const std::string again = number < lost ? fmt::format("{:.3f} {}\n", at + after, line) : "";
    seq += 1000;
    const std::string acked = fmt::format("{:.3f} < A 5001 ack {}\n", at + 0.4, seq);
    script += after < 0.4 ? again + acked : acked + again;
    if (number < lost && reported) {
      script +=
          fmt::format("{:.3f} < A 5001 ack {} sack {}-{}\n", at + 0.46, seq, seq - 1000 + renumbered, seq + renumbered);
    }
    at += 0.5;
  }
  return script;
}

}  // namespace

TEST_CASE("a window that stays closed", "[verdict][zero-window]") {
  check_row(GENERATE(values<VerdictRow>({
      {"for eight seconds", kOpen + R"(
0.3 > A 1001:2461 ack 5001
0.4 < A 5001 ack 2461 win 0
8.5 < A 5001 ack 2461 win 4000
8.6 > A 2461:3461 ack 5001
8.7 < A 5001 ack 3461 win 4000
9 end)",
       "zero-window"},
      {"to the end, and the sender knocks", kOpen + R"(
0.3 > A 1001:2461 ack 5001
0.4 < A 5001 ack 2461 win 0
0.8 > A 2460:2461 ack 5001
0.9 < A 5001 ack 2461 win 0
1.6 > A 2460:2461 ack 5001
1.7 < A 5001 ack 2461 win 0
20 end)",
       "zero-window"},
      {"for a moment", kOpen + R"(
0.3 > A 1001:2461 ack 5001
0.4 < A 5001 ack 2461 win 0
0.9 < A 5001 ack 2461 win 4000
20 end)",
       "ok"},
      {"on a FIN, which wants nothing more",
       kOpen + "0.3 > A 1001:2461 ack 5001\n0.4 < A 5001:5401 ack 2461\n0.5 < FA 5401 ack 2461 win 0\n9 > A 2461:2500 "
               "ack 5402\n20 end",
       "ok"},
      {"closed, and nobody wants to send", kOpen + "0.3 > A 1001:2461 ack 5001\n0.4 < A 5001 ack 2461 win 0\n20 end",
       "ok"},
  })));
}

TEST_CASE("losses count from a share of the segments on", "[verdict][packet-loss]") {
  check_row(GENERATE(values<VerdictRow>({
      {"three of forty", transfer(3) + "60 end", "packet-loss"},
      {"one of forty", transfer(1) + "60 end", "ok"},
      {"none", transfer(0) + "60 end", "ok"},
      {"three that had been acknowledged before they came again", transfer(3, 0.45) + "60 end", "ok"},
      {"three that the receiver had, and says so", transfer(3, 0.3, true) + "60 end", "ok"},
      {"three that it reports in numbers of its own, as behind a firewall that renumbers",
       transfer(3, 0.3, true, 900000000) + "60 end", "ok"},
      {"three acknowledged and reported do not excuse three others", transfer(3, 0.45, true) + R"(
21.0 > A 41001:42001 ack 5001
21.1 > A 42001:43001 ack 5001
21.2 > A 43001:44001 ack 5001
22.0 > A 41001:42001 ack 5001
22.1 > A 42001:43001 ack 5001
22.2 > A 43001:44001 ack 5001
22.4 < A 5001 ack 44001
60 end)",
       "packet-loss"},
  })));
}

TEST_CASE("a part of the pings", "[verdict][ping-partial]") {
  check_row(GENERATE(values<VerdictRow>({
      {"one in three", "0 > ping\n0.1 < pong\n1 > ping\n2 > ping\n9 end", "ping-partial"},
      {"all", "0 > ping\n0.1 < pong\n1 > ping\n1.1 < pong\n9 end", "ok"},
      {"the last one may still be answered", "0 > ping\n0.1 < pong\n1 > ping\n1.5 end", "ok"},
      {"each recorded twice, each answered once",
       "0 > ping\n0.001 > again\n0.1 < pong\n1 > ping\n1.001 > again\n1.1 < pong\n9 end", "ok"},
      {"none is another verdict", "0 > ping\n1 > ping\n9 end", "ping-no-reply"},
  })));
}

TEST_CASE("datagrams whose fragments do not all come", "[verdict][fragments-incomplete]") {
  const std::string lost = "0.0 > frag 0:1480 more id 7\n0.0 > frag 2960:3100 id 7\n";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"again and again", lost + "1.0 > frag 0:1480 more id 8\n1.0 > frag 2960:3100 id 8\n9 end",
       "fragments-incomplete"},
      {"once", lost + "9 end", "inconclusive"},
  })));
}

TEST_CASE("name servers that answer with errors", "[verdict][dns-error]") {
  const std::string s = " s 10.0.0.2:53";
  const std::string c2 = " c 10.0.0.1:40002";
  const auto asked = [&](double at, const std::string& name, int rcode, const std::string& more) {
    return fmt::format("{} > query {}{}{}\n{} < answer {} rcode {}{}{}\n", at, name, s, more, at + 0.01, name, rcode, s,
                       more);
  };
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"SERVFAIL", asked(0, "db.example", 2, "") + "9 end", "dns-error"},
      {"REFUSED", asked(0, "db.example", 5, "") + "9 end", "dns-error"},
      {"another server knows it", asked(0, "db.example", 2, "") + asked(1, "db.example", 0, c2) + "9 end", "ok ok"},
      {"no such name is an answer", asked(0, "db.example", 3, "") + "9 end", "ok"},
      {"no such name, asked for again later", asked(0, "db.example", 3, "") + asked(3, "db.example", 3, c2) + "9 end",
       "dns-error dns-error"},
      {"a suffix of the search list", asked(0, "db.example.corp", 3, "") + asked(0.1, "db.example", 0, c2) + "9 end",
       "ok ok"},
      {"all is well", asked(0, "db.example", 0, "") + "9 end", "ok"},
  })));
}

TEST_CASE("two who claim one address", "[verdict][address-conflict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"both answer one question",
       "0 > arp 10.0.0.1 10.0.0.2\n0.001 < is-at 10.0.0.2 10.0.0.1\n0.002 < is-at 10.0.0.2 10.0.0.1 mac "
       "02:00:00:00:00:99\n9 end",
       "address-conflict"},
      {"a failover moves it once",
       "0 > arp 10.0.0.1 10.0.0.2\n0.001 < is-at 10.0.0.2 10.0.0.1\n30 > arp 10.0.0.1 10.0.0.2\n"
       "30.001 < is-at 10.0.0.2 10.0.0.1 mac 02:00:00:00:00:99\n99 end",
       "ok"},
      {"a group's virtual address",
       "0 > arp 10.0.0.1 10.0.0.2\n0.001 < is-at 10.0.0.2 10.0.0.1\n0.002 < is-at 10.0.0.2 10.0.0.1 mac "
       "00:00:5e:00:01:07\n9 end",
       "ok"},
  })));
}

TEST_CASE("a question of an unknown protocol is known by its repeats", "[verdict][udp-no-reply]") {
  const auto datagrams = [](std::initializer_list<double> times, std::string_view text) {
    std::string script;
    int number = 0;
    for (const double at : times)
      script += fmt::format("{} > udp {}{} s 10.0.0.2:9999\n", at, text, text == "same" ? 0 : number++);
    return script + "30 end";
  };
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"with growing gaps", datagrams({0, 1, 3, 7}, "same"), "udp-no-reply"},
      {"at even seconds", datagrams({0, 5, 10}, "same"), "udp-no-reply"},
      {"a stream of different words", datagrams({0, 1, 2, 3}, "word"), "inconclusive"},
      {"a burst", datagrams({0, 0.01, 0.02, 0.03}, "same"), "inconclusive"},
  })));
}

}  // namespace whydrop
