// Lines of the kernel's trace.
#include "src/drops/trace_file.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

TEST_CASE("a line of the trace names the reason and the function", "[drops]") {
  const auto drop = drop_in_trace(
      "   bash-216  [001] ..s1.  335.137657: kfree_skb: skbaddr=00000000c5a10b39 rx_sk=0000000000000000 protocol=2048 "
      "location=tcp_v4_rcv.isra.0+0x91/0x13f0 reason: NO_SOCKET");
  REQUIRE(drop);
  CHECK(drop->reason == "NO_SOCKET");
  CHECK(drop->location == "tcp_v4_rcv");
  CHECK(drop->lost == 0);
}

TEST_CASE("a kernel that prints an address, or no reason, leaves them open", "[drops]") {
  const auto hidden =
      drop_in_trace(" x-1 [0] 1.2: kfree_skb: skbaddr=00 protocol=2048 location=00000000f5a1 reason: TCP_CSUM");
  REQUIRE(hidden);
  CHECK(hidden->location.empty());
  CHECK(hidden->reason == "TCP_CSUM");
  const auto old = drop_in_trace(" x-1 [0] 1.2: kfree_skb: skbaddr=00 protocol=2048 location=00000000f5a1");
  REQUIRE(old);
  CHECK(old->reason.empty());
}

TEST_CASE("lines that found no room are counted, and other events are none of ours", "[drops]") {
  const auto lost = drop_in_trace("CPU:1 [LOST 173 EVENTS]");
  REQUIRE(lost);
  CHECK(lost->lost == 173);
  CHECK_FALSE(drop_in_trace("CPU:1 [LOST many EVENTS]"));
  CHECK_FALSE(drop_in_trace(" x-1 [0] 1.2: consume_skb: skbaddr=00 location=tcp_v4_rcv+0x1/0x2"));
  CHECK_FALSE(drop_in_trace(""));
}

}  // namespace
}  // namespace whydrop
