// What healthy networks are full of and what must not bring a finding, each beside what only looks like it.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

/// The same line again and again, `every` so many seconds.
std::string again(int times, double every, std::string_view line) {
  std::string script;
  for (int at = 0; at < times; ++at) script += fmt::format("{:.3f} {}\n", at * every, line);
  return script;
}

/// Each time with another last byte.
std::string numbered(int times, double every, std::string_view line, std::string_view ends) {
  std::string script;
  for (int at = 0; at < times; ++at) script += fmt::format("{:.3f} {}{:02x} {}\n", at * every, line, at, ends);
  return script;
}

/// BOOTP's fixed part, the cookie, the message type (RFC 2131, 2; RFC 2132, 9.6).
std::string dhcp(int op, int type) {
  return fmt::format("hex {:02x}01060000001234{}63825363{:06x}ff", op, std::string(2 * 228, '0'), 0x350100 + type);
}
const std::string kDiscover = dhcp(1, 1);
const std::string kOffer = dhcp(2, 2);
const std::string kRequest = dhcp(1, 3);
const std::string kAck = dhcp(2, 5);

}  // namespace

TEST_CASE("groups and broadcasts answer nobody", "[verdict][quiet]") {
  check_row(GENERATE(values<VerdictRow>({
      {"mDNS asks a group", again(3, 1, "> query printer.local c 10.0.0.1:5353 s 224.0.0.251:5353") + "30 end", "ok"},
      {"the same of one host, which should answer", again(3, 1, "> query printer.local s 10.0.0.2:53") + "30 end",
       "udp-no-reply"},
      {"SSDP searches a group", again(3, 1, "> udp M-SEARCH_*_HTTP/1.1 s 239.255.255.250:1900") + "30 end", "ok"},
      {"and is answered from elsewhere", R"(
0 > udp M-SEARCH_*_HTTP/1.1 s 239.255.255.250:1900
1 < udp HTTP/1.1_200_OK s 10.0.0.77:1900
30 end)",
       "ok ok"},
      {"SSDP announces", again(5, 30, "> udp NOTIFY_*_HTTP/1.1 s 239.255.255.250:1900") + "200 end", "ok"},
      {"a stream to a group", again(50, 0.02, "> udp frame s 239.1.1.1:5004") + "30 end", "ok"},
      {"NetBIOS asks everybody", again(3, 1, "> udp name s 10.0.0.255:137 c 10.0.0.1:137 broadcast") + "30 end", "ok"},
  })));
}

TEST_CASE("an address from DHCP", "[verdict][quiet]") {
  const std::string all = " c 0.0.0.0:68 s 255.255.255.255:67 broadcast\n";
  const std::string server = " c 10.0.0.1:68 s 10.0.0.254:67\n";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"discovered, offered, requested, granted",
       "0 > " + kDiscover + all + "0.1 < " + kOffer + server + "0.2 > " + kRequest + all + "0.3 < " + kAck + server +
           "9 end",
       "ok ok"},
      {"nobody answers a host that asks everybody",
       "0 > " + kDiscover + all + "3 > " + kDiscover + all + "10 > " + kDiscover + all + "30 end", "ok"},
      {"renewed", "0 > " + kRequest + server + "0.1 < " + kAck + server + "9 end", "ok"},
      {"the server no longer renews it", "0 > " + kRequest + server + "4 > " + kRequest + server + "30 end",
       "udp-no-reply"},
  })));
}

TEST_CASE("what is sent to collectors for minutes is never answered", "[verdict][quiet]") {
  check_row(GENERATE(values<VerdictRow>({
      {"syslog", again(10, 30, "> udp <13>Oct_11_22:14:15_host_cron:_done s 10.0.0.2:514") + "400 end", "inconclusive"},
      {"NetFlow", numbered(10, 30, "> hex 0005000100000001000000020000000300", "s 10.0.0.2:2055") + "400 end",
       "inconclusive"},
      {"IPFIX", numbered(10, 30, "> hex 000a00100000000100000002000000", "s 10.0.0.2:4739") + "400 end",
       "inconclusive"},
      {"sFlow", numbered(10, 30, "> hex 00000005000000010a00000100", "s 10.0.0.2:6343") + "400 end", "inconclusive"},
      {"statsd, the same count every ten seconds", again(10, 10, "> udp requests:1|c s 10.0.0.2:8125") + "200 end",
       "inconclusive"},
      {"the same words to no known port are a question",
       again(10, 10, "> udp requests:1|c s 10.0.0.2:8126") + "200 end", "udp-no-reply"},
      {"bytes that keep a NAT's entry alive", again(8, 20, "> hex ff c 10.0.0.1:4500 s 10.0.0.2:4500") + "200 end",
       "inconclusive"},
  })));
}

TEST_CASE("a question that is repeated and then answered", "[verdict][quiet]") {
  check_row(GENERATE(values<VerdictRow>({
      {"by DNS",
       "0 > query a.example s 10.0.0.2:53\n5 > query a.example s 10.0.0.2:53\n5.1 < answer a.example s "
       "10.0.0.2:53\n30 end",
       "ok"},
      {"by ARP", "0 > arp 10.0.0.1 10.0.0.2\n1 > arp 10.0.0.1 10.0.0.2\n1.1 < is-at 10.0.0.2 10.0.0.1\n30 end", "ok"},
      {"data sent twice", R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001
0.8 > PA 1001:1101 ack 5001
0.9 < PA 5001:5101 ack 1101
1.0 > A 1101 ack 5101
30 end)",
       "ok"},
  })));
}

TEST_CASE("connections that browsers open in case", "[verdict][quiet]") {
  const std::string open = "0.0 > S 1000\n0.1 < SA 5000 ack 1001\n0.2 > A 1001 ack 5001\n";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"never used when the capture ends", open + "60 end", "ok"},
      {"closed by the server after a minute",
       open + "60 < FA 5001 ack 1001\n60.1 > FA 1001 ack 5002\n60.2 < A 5002 "
              "ack 1002\n99 end",
       "ok"},
      {"reset by the client unused", open + "9 > RA 1001 ack 5001\n30 end", "ok"},
      {"reset by the server unused", open + "60 < RA 5001 ack 1001\n99 end", "ok"},
      {"kept alive by probes of both sides", open + R"(
45.0 > A 1000 ack 5001
45.1 < A 5001 ack 1001
90.0 < A 5000 ack 1001
90.1 > A 1001 ack 5001
99 end)",
       "ok"},
      {"a probe that nothing answers is another matter", open + R"(
75.0 > A 1000 ack 5001
76.0 > A 1000 ack 5001
77.0 > A 1000 ack 5001
78.0 > A 1000 ack 5001
99 end)",
       "idle-expired"},
  })));
}

TEST_CASE("scans fail at nearly everything, and are no failure", "[verdict][quiet]") {
  const auto scan = [](int ports, std::string_view probe, std::string_view answer) {
    std::string script;
    for (int port = 1; port <= ports; ++port) {
      const std::string s = fmt::format("s 10.0.0.2:{}", 8000 + port);
      script += fmt::format("{}.0 > {} {}\n", port, probe, s);
      if (!answer.empty()) script += fmt::format("{}.1 < {} {}\n", port, answer, s);
    }
    return replay(script + "60 end").result.failed;
  };
  CHECK(scan(15, "S 1000", "") == 0);
  CHECK(scan(14, "S 1000", "") == 14);
  CHECK(scan(15, "S 1000", "RA 0 ack 1001") == 0);
  CHECK(scan(15, "S 1000", "icmp host-prohibited") == 0);
  CHECK(scan(15, "udp probe", "icmp port-unreachable") == 0);
  CHECK(scan(14, "udp probe", "icmp port-unreachable") == 14);
  CHECK(scan(15, "S 1000", "SA 5000 ack 1001") == 0);
}

TEST_CASE("a sweep of pings over a network finds few hosts, and fails nothing", "[verdict][quiet]") {
  const auto sweep = [](int hosts, int pings) {
    std::string script;
    for (int host = 1; host <= hosts; ++host) {
      for (int ping = 0; ping < pings; ++ping) script += fmt::format("{}.{} > ping s 10.0.1.{}:0\n", host, ping, host);
    }
    return replay(script + "60 end").result.failed;
  };
  CHECK(sweep(8, 2) == 0);
  CHECK(sweep(7, 2) == 7);
  CHECK(sweep(8, 9) == 8);  // somebody waits for these
}

}  // namespace whydrop
