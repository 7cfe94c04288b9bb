// SCTP associations and encrypted packets that nothing answers, and those that only seem so.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

/// ESP packets from the client, one a second.
std::string esp(int first, int last) {
  std::string script;
  for (int at = first; at <= last; ++at) script += fmt::format("{} > esp\n", at);
  return script;
}

/// The same datagram every two seconds to the port of IPsec behind NATs.
std::string in_udp(std::string_view digits, int times) {
  std::string script;
  for (int at = 1; at <= times; ++at)
    script += fmt::format("{} > hex {} c 10.0.0.1:4500 s 10.0.0.2:4500\n", 2 * at, digits);
  return script;
}

}  // namespace

TEST_CASE("an SCTP INIT that nothing answers", "[verdict][sctp-no-reply]") {
  check_row(GENERATE(values<VerdictRow>({
      {"once, and four seconds", "0 > sctp init\n4 end", "sctp-no-reply"},
      {"repeated", "0 > sctp init\n3 > sctp init\n9 > sctp init\n20 end", "sctp-no-reply"},
      {"it may still be answered", "0 > sctp init\n3.9 end", "inconclusive"},
      {"an INIT ACK answers it", "0 > sctp init\n0.1 < sctp init-ack\n9 end", "ok"},
      {"the second one is answered", "0 > sctp init\n3 > sctp init\n3.1 < sctp init-ack\n9 end", "ok"},
      {"the client goes on: the answer was not recorded", "0 > sctp init\n0.2 > sctp data\n9 end", "inconclusive"},
      {"an association that began before the capture", "0 > sctp data\n9 end", "inconclusive"},
      {"a router says why", "0 > sctp init\n0.1 < icmp host-unreachable from 10.0.0.9\n9 end", "unreachable"},
  })));
}

TEST_CASE("an SCTP INIT that an ABORT answers", "[verdict][sctp-aborted]") {
  check_row(GENERATE(values<VerdictRow>({
      {"at once", "0 > sctp init\n0.1 < sctp abort\n9 end", "sctp-aborted"},
      {"an association that opened may be aborted later",
       "0 > sctp init\n0.1 < sctp init-ack\n0.2 > sctp data\n0.3 < sctp data\n5 < sctp abort\n9 end", "ok"},
      {"the client itself aborts", "0 > sctp init\n0.1 < sctp init-ack\n0.2 > sctp abort\n9 end", "ok"},
      {"an ABORT whose INIT was not recorded", "0 < sctp abort\n9 end", "ok"},
  })));
}

TEST_CASE("encrypted packets in one direction only", "[verdict][esp-one-way]") {
  const std::string peer_is_seen = "0 > ping\n0.1 < pong\n";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"for ten seconds, and the peer's other packets come by here", peer_is_seen + esp(1, 11), "ok esp-one-way"},
      {"for less", peer_is_seen + esp(1, 10), "ok inconclusive"},
      {"in both directions", peer_is_seen + esp(1, 11) + "11.5 < esp\n", "ok ok"},
      {"in UDP, through a NAT", peer_is_seen + in_udp("0000100100000001aaaa", 11), "ok esp-one-way"},
      {"bytes that only keep a NAT's entry alive", peer_is_seen + in_udp("ff", 11), "ok inconclusive"},
      {"the peer is never seen: its packets may take another way", esp(1, 11), "inconclusive"},
  })));
}

}  // namespace whydrop
