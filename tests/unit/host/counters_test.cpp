// The kernel's texts: counters and tracked connections.
#include "src/host/counters.h"

#include "src/host/conntrack.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

constexpr auto kOverflows = static_cast<std::size_t>(HostCounter::listen_overflows);
constexpr auto kDrops = static_cast<std::size_t>(HostCounter::listen_drops);
constexpr auto kForwarded = static_cast<std::size_t>(HostCounter::ip_forwarded);
constexpr auto kDiscards6 = static_cast<std::size_t>(HostCounter::ip6_in_discards);

TEST_CASE("names and numbers stand on two lines, and are told apart by their group", "[host]") {
  HostCounters counters{};
  take_paired_counters("Ip: ForwDatagrams Unheard\nIp: 12 7\nTcpExt: ListenOverflows ListenDrops\nTcpExt: 3 4\n",
                       counters);
  CHECK(counters[kForwarded] == 12);
  CHECK(counters[kOverflows] == 3);
  CHECK(counters[kDrops] == 4);
}

TEST_CASE("numbers that are missing, cut or none leave their counters unknown", "[host]") {
  for (const std::string_view text :
       {"", "TcpExt: ListenOverflows", "TcpExt: ListenOverflows\n", "TcpExt: ListenOverflows\nTcpExt:\n",
        "TcpExt: ListenOverflows\nTcpExt: x\n", "TcpExt: ListenOverflows\nTcpExt: 3x\n",
        "TcpExt: ListenOverflows\nTcpExt: 99999999999999999999999\n", "TcpExt: ListenOverflows\nIp: 3\n",
        "Tcp: ListenOverflows\nTcp: 3\n", "TcpExtListenOverflows\n3\n"}) {
    HostCounters counters{};
    take_paired_counters(text, counters);
    INFO(text);
    CHECK_FALSE(counters[kOverflows]);
  }
}

TEST_CASE("counters of IPv6 stand one on a line", "[host]") {
  HostCounters counters{};
  take_listed_counters("Ip6InDiscards                   \t5\nIp6Unheard 1\nIp6", counters);
  CHECK(counters[kDiscards6] == 5);
}

TEST_CASE("conntrack's counts are hexadecimal, found by name, and added up over all CPUs", "[host]") {
  HostConntrack conntrack;
  take_conntrack_counts(
      "entries invalid drop early_drop insert_failed\n00000009 1 0000000a 2 3\n00000009 1 00000001 0 0\n", conntrack);
  CHECK(conntrack.drops == 11);
  CHECK(conntrack.early_drops == 2);
  CHECK(conntrack.insert_failures == 3);
  CHECK(conntrack.invalid == 2);
}

TEST_CASE("a row that is too short, too long or no number counts what it holds", "[host]") {
  HostConntrack conntrack;
  take_conntrack_counts("drop invalid\n1\n2 zz 9 9\n", conntrack);
  CHECK(conntrack.drops == 3);
  CHECK(conntrack.invalid == 0);
  take_conntrack_counts("", conntrack);
  take_conntrack_counts("\n\n", conntrack);
  CHECK(conntrack.drops == 3);
}

}  // namespace
}  // namespace whydrop
