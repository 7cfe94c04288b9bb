// Neighbour discovery without an answer, and addresses that two claim.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

/// One question each second, answered by the MAC addresses that end in these digits in turn.
std::string answered_by(std::initializer_list<int> macs, int seconds) {
  std::string script;
  int at = 0;
  for (const int mac : macs) {
    script +=
        fmt::format("{0} > arp 10.0.0.1 10.0.0.2\n{0}.001 < is-at 10.0.0.2 10.0.0.1 mac 02:00:00:00:00:{1}\n", at, mac);
    at += seconds;
  }
  return script + "999 end";
}

}  // namespace

TEST_CASE("a neighbour solicitation without an answer", "[verdict][nd-no-reply]") {
  VerdictRow row = GENERATE(values<VerdictRow>({
      {"the asker's own traffic is in the capture", R"(
0.0 > ping
0.1 < pong
1.0 > arp fd00::1 fd00::9
2.0 > arp fd00::1 fd00::9
9.0 end)",
       "ok nd-no-reply"},
      {"one question may have been answered elsewhere", R"(
0.0 > ping
0.1 < pong
1.0 > arp fd00::1 fd00::9
9.0 end)",
       "ok inconclusive"},
      {"a stranger who asks three times", R"(
1.0 > arp fd00::1 fd00::9
2.0 > arp fd00::1 fd00::9
3.0 > arp fd00::1 fd00::9
9.0 end)",
       "nd-no-reply"},
      {"a stranger who asks twice", R"(
1.0 > arp fd00::1 fd00::9
2.0 > arp fd00::1 fd00::9
9.0 end)",
       "inconclusive"},
      {"an answer", R"(
1.0 > arp fd00::1 fd00::9
2.0 > arp fd00::1 fd00::9
2.1 < is-at fd00::9 fd00::1
9.0 end)",
       "ok"},
      {"a host that looks whether its new address is taken", R"(
1.0 > arp :: fd00::9
2.0 > arp :: fd00::9
3.0 > arp :: fd00::9
9.0 end)",
       ""},
      {"the target's packets come by: its answer went another way", R"(
1.0 > arp fd00::1 fd00::2
2.0 > arp fd00::1 fd00::2
3.0 > arp fd00::1 fd00::2
4.0 > ping
4.1 < pong
9.0 end)",
       "inconclusive ok"},
  }));
  row.options.ipv6 = true;
  check_row(row);
}

TEST_CASE("an address that moves once was taken over, one that goes to and fro has two owners",
          "[verdict][address-conflict]") {
  check_row(GENERATE(values<VerdictRow>({
      {"to and fro within a minute", answered_by({11, 12, 11}, 20), "address-conflict"},
      {"once", answered_by({11, 12, 12}, 20), "ok"},
      {"never", answered_by({11, 11, 11}, 20), "ok"},
      {"there, and back an hour later", answered_by({11, 12, 11}, 3600), "ok"},
  })));
}

TEST_CASE("one MAC address may answer for many", "[verdict][address-conflict]") {
  // A router that answers in the name of those behind it (proxy ARP).
  CHECK(replay(R"(
0.0 > arp 10.0.0.1 10.0.0.2
0.1 < is-at 10.0.0.2 10.0.0.1
1.0 > arp 10.0.0.1 10.0.0.3
1.1 < is-at 10.0.0.3 10.0.0.1
2.0 > arp 10.0.0.1 10.0.0.4
2.1 < is-at 10.0.0.4 10.0.0.1
9 end)")
            .verdicts() == "ok ok ok");
}

}  // namespace whydrop
