// The kernel's words: reasons and functions.
#include "src/drops/reasons.h"
#include "src/drops/symbols.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

DropReasons reasons() {
  return DropReasons({{0, "SKB_NOT_DROPPED_YET"},
                      {1, "SKB_CONSUMED"},
                      {12, "SKB_DROP_REASON_NETFILTER_DROP"},
                      {0xffff0000, "SKB_DROP_REASON_SUBSYS_MASK"}},
                     {{0x20001, "OVS_DROP_LAST_ACTION"}});
}

TEST_CASE("a drop reason is named as the running kernel names it, without what all have in common", "[drops]") {
  DropReasons all = reasons();
  CHECK(all.name(12) == "NETFILTER_DROP");
  CHECK(all.name(1) == "SKB_CONSUMED");
  CHECK(all.name(0x20001) == "OVS_DROP_LAST_ACTION");
}

TEST_CASE("a reason without a name is told by its number, and by its subsystem where it has one", "[drops]") {
  DropReasons all = reasons();
  CHECK(all.name(300) == "number 300");
  CHECK(all.name(0x30007) == "subsystem 3, number 7");
  DropReasons without_subsystems({{12, "SKB_DROP_REASON_NETFILTER_DROP"}}, {});
  CHECK(without_subsystems.name(0x30007) == "number 196615");
}

TEST_CASE("the number of a reason is asked for by its whole name", "[drops]") {
  CHECK(reasons().number("SKB_CONSUMED") == 1U);
  CHECK_FALSE(reasons().number("CONSUMED"));
}

KernelSymbols symbols() {
  KernelSymbols all;
  all.add("ffffffffc0300000 t nft_do_chain [nf_tables]");
  all.add("ffffffff81f2af50 T nf_hook_slow.isra.0");
  all.add("ffffffff81f2a000 D jiffies");
  all.add("ffffffff81f2b100 T tcp_v4_rcv");
  all.add("0000000000000000 T hidden");
  all.add("ffffffff81f2");
  all.add("");
  all.add("no address");
  all.sort();
  return all;
}

TEST_CASE("an address lies in the function that begins last before it", "[drops]") {
  const KernelSymbols all = symbols();
  CHECK(all.at(0xffffffff81f2af50) == "nf_hook_slow");
  CHECK(all.at(0xffffffff81f2b0ff) == "nf_hook_slow");
  CHECK(all.at(0xffffffff81f2b100) == "tcp_v4_rcv");
  CHECK(all.at(0xffffffffc0300123) == "nft_do_chain");
}

TEST_CASE("an address before all functions, or far behind one, lies in none", "[drops]") {
  const KernelSymbols all = symbols();
  CHECK(all.at(0xffffffff81f2a010).empty());
  CHECK(all.at(0xffffffff91f2b100).empty());
  CHECK(all.at(0).empty());
}

TEST_CASE("a kernel that hides its addresses has no functions", "[drops]") {
  KernelSymbols all;
  all.add("0000000000000000 T tcp_v4_rcv");
  all.sort();
  CHECK(all.empty());
  CHECK(all.at(0xffffffff81f2b100).empty());
}

}  // namespace
}  // namespace whydrop
