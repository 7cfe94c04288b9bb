// What carries a flow, what it says first, what came in pieces, and what the capturing machine did with it.
#include "dissectors/registry.h"
#include "tests/support/catch.h"
#include "tests/support/replay_script.h"

namespace whydrop {
namespace {

const FlowVerdict& only_flow(const Replay& replayed) {
  REQUIRE(replayed.result.flows.size() == 1);
  return replayed.result.flows.front();
}

}  // namespace

TEST_CASE("both directions through one tunnel are one flow, with the tunnel's number for each", "[flow][tunnel]") {
  const Replay replayed = replay(R"(
0.0 > S 1000 via 192.0.2.1-192.0.2.2/42
0.1 < SA 5000 ack 1001 via 192.0.2.2-192.0.2.1/43
0.2 > A 1001 ack 5001 via 192.0.2.1-192.0.2.2/42)");
  const FlowVerdict& flow = only_flow(replayed);
  CHECK(flow.record->key.encapsulation == 1);
  CHECK(flow.record->handshake_done);
  const FlowDetail* const detail = replayed.detail(flow);
  REQUIRE(detail != nullptr);
  CHECK(detail->tunnels[index(flow.record->initiator)].id == 42);
  CHECK(detail->tunnels[index(other(flow.record->initiator))].id == 43);
  const Encapsulation& tunnel = replayed.table->encapsulations()[1];
  CHECK(to_string(tunnel.low) == "192.0.2.1");
  CHECK(to_string(tunnel.high) == "192.0.2.2");
  CHECK(tunnel.packets == 3);
  CHECK(replayed.table->traffic().tunnelled == 3);
}

TEST_CASE("the same tuple in two tunnels is two flows", "[flow][tunnel]") {
  const Replay replayed = replay(R"(
0.0 > S 1000 via 192.0.2.1-192.0.2.2/42
0.0 > S 7000 via 192.0.2.1-192.0.2.9/42
0.1 < SA 5000 ack 1001 via 192.0.2.1-192.0.2.2/42
0.2 < R 0 ack 7001 via 192.0.2.1-192.0.2.9/42)");
  REQUIRE(replayed.result.flows.size() == 2);
  CHECK(replayed.result.flows[0].record->packets() == 2);
  CHECK(replayed.result.flows[1].record->packets() == 2);
}

TEST_CASE("an answer that takes another tunnel, or none, joins the flow of its SYN by sequence", "[flow][tunnel]") {
  const std::string back = GENERATE("", " via 192.0.2.7-192.0.2.8/9");
  const Replay replayed =
      replay("0.0 > S 1000 via 192.0.2.1-192.0.2.2/42\n0.1 < SA 5000 ack 1001" + back +
             "\n0.2 > A 1001 ack 5001 via 192.0.2.1-192.0.2.2/42\n0.3 < PA 5001:5101 ack 1001" + back);
  const FlowVerdict& flow = only_flow(replayed);
  CHECK(flow.record->server().packets == 2);
  CHECK(flow.record->handshake_done);
}

TEST_CASE("a SYN-ACK for another SYN under another tunnel stays apart", "[flow][tunnel]") {
  const Replay replayed = replay(R"(
0.0 > S 1000 via 192.0.2.1-192.0.2.2/42
0.1 < SA 5000 ack 4444)");
  CHECK(replayed.result.flows.size() == 2);
}

TEST_CASE("what each side says first is kept, later words are not looked at", "[flow][application]") {
  const Replay replayed = replay(R"(
0.0 > S 1000 s 10.0.0.2:2222
0.1 < SA 5000 ack 1001 s 10.0.0.2:2222
0.2 > A 1001 ack 5001 s 10.0.0.2:2222
0.3 < PA 5001 ack 1001 says Exceeded_MaxStartups s 10.0.0.2:2222
0.4 < PA 5023 ack 1001 says later s 10.0.0.2:2222)");
  const FlowVerdict& flow = only_flow(replayed);
  const FlowDetail* const detail = replayed.detail(flow);
  REQUIRE(detail != nullptr);
  CHECK(detail->application(other(flow.record->initiator)).name_text() == "Exceeded MaxStartups");
  CHECK(detail->application(flow.record->initiator).name_text().empty());
}

TEST_CASE("fragments behind the first count for its flow", "[flow][fragments]") {
  const Replay replayed = replay(R"(
0.0 > frag 0:1480 more id 7
0.0 > frag 1480:2960 more id 7
0.0 > frag 2960:3100 id 7
9.0 end)");
  const FlowVerdict& flow = only_flow(replayed);
  CHECK(flow.record->client().packets == 3);
  const FlowDetail* const detail = replayed.detail(flow);
  REQUIRE(detail != nullptr);
  CHECK(detail->fragments.whole == 1);
  CHECK(detail->fragments.incomplete == 0);
}

TEST_CASE("a datagram is incomplete once its missing part had time to come", "[flow][fragments]") {
  const auto [end, incomplete] = GENERATE(table<std::string, unsigned>({{"9.0 end", 1}, {"0.5 end", 0}}));
  CAPTURE(end);
  const Replay replayed = replay("0.0 > frag 0:1480 more id 7\n0.0 > frag 2960:3100 id 7\n" + end);
  const FlowVerdict& flow = only_flow(replayed);
  const FlowDetail* const detail = replayed.detail(flow);
  REQUIRE(detail != nullptr);
  CHECK(detail->fragments.incomplete == incomplete);
}

TEST_CASE("a fragment that the capture recorded twice does not stand in for a missing one", "[flow][fragments]") {
  const Replay replayed = replay(R"(
0.0 > frag 0:1480 more id 7
0.0 > frag 0:1480 more id 7
0.0 > frag 2960:3100 id 7
9.0 end)");
  CHECK(replayed.detail(only_flow(replayed))->fragments.incomplete == 1);
}

TEST_CASE("a fragment whose first was never seen is counted and belongs to nobody", "[flow][fragments]") {
  const Replay replayed = replay("0.0 > frag 1480:2960 more id 7\n9.0 end");
  CHECK(replayed.result.flows.empty());
  CHECK(replayed.table->traffic().stray_fragments == 1);
}

TEST_CASE("a packet that the capturing machine says it dropped needs no patience", "[flow][witness]") {
  const auto [mark, verdict] =
      GENERATE(table<std::string, std::string>({{"dropped", "syn-no-reply"}, {"", "inconclusive"}}));
  const Replay replayed = replay("0.0 > S 1000 " + mark);
  CHECK(replayed.verdicts() == verdict);
  if (mark.empty()) return;
  const Finding& finding = replayed.result.findings.at(0);
  CHECK(to_string(*finding.attribute("capture_says")) == "dropped");
  CHECK(finding.evidence.front().what == "dropped by the capturing machine (pcapng verdict)");
}

TEST_CASE("a drop of one packet does not make a failure of a connection that works", "[flow][witness]") {
  const Replay replayed = replay(R"(
0.0 > S 1000 dropped
1.0 > S 1000
1.1 < SA 5000 ack 1001
1.2 > A 1001 ack 5001
1.3 > PA 1001:1101 ack 5001
1.4 < A 5001 ack 1101)");
  CHECK(replayed.verdicts() == "slow-handshake");
}

}  // namespace whydrop
