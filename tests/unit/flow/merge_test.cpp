// Two parts of a capture, read apart and joined, leave the records that one pass makes.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "src/flow/conn_state.h"
#include "tests/support/catch.h"
#include "tests/support/replay_script.h"

namespace whydrop {
namespace {

std::string text_of(const SenderFacts& sender) {
  return fmt::format("data {} again {} probes {} copies {} dup {} largest {}/{} silence {} stuck {}x{} hole {}+{}",
                     sender.data_segments, sender.retransmitted, sender.probes, sender.copies, sender.duplicate_acks,
                     sender.largest_segment, sender.largest_acked, sender.longest_silence.count(),
                     sender.stuck.seq.value(), sender.stuck.tries, sender.hole.start.value(), sender.hole.length);
}

std::string text_of(const FlowSide& side) {
  return fmt::format("{} packets, isn {} next {} acked {} saw {:x} ttl {} syns {}", side.packets, side.isn.value(),
                     side.next.value(), side.acked.value(), side.saw, side.ttl, side.syns);
}

std::string text_of(const EventLog& log) {
  std::string text = fmt::format("{} events:", log.total());
  for (std::size_t at = 0; at < log.size(); ++at) {
    text += fmt::format(" {}:{}:{}", static_cast<int>(log[at].kind), log[at].packet.number(), log[at].detail);
  }
  return text;
}

std::string text_of(const ExchangeFacts& exchange) {
  return fmt::format("{}+{} asked, {} answered, {} not, gaps {} {} {} {}, repeats only {}", exchange.requests,
                     exchange.repeats, exchange.replies, exchange.unanswered, exchange.first_gap.count(),
                     exchange.last_gap.count(), exchange.shortest_reply_gap.count(), exchange.longest_reply_gap.count(),
                     exchange.only_repeats);
}

std::string text_of(const FlowDetail& detail) {
  return fmt::format("{}\n{}\n{}\n{}\nidle {} x{} survived {} reset {} icmp {} history {}", text_of(detail.senders[0]),
                     text_of(detail.senders[1]), text_of(detail.events), text_of(detail.exchange),
                     detail.idle.length.count(), detail.idle.repeats, detail.idle.survived.count(),
                     detail.reset.packet.number(), detail.icmp_count, detail.history_text());
}

/// All that verdicts ask of the records, as text that a difference can be read in.
std::string records_of(const Replay& replayed) {
  std::string text;
  for (const FlowVerdict& flow : replayed.result.flows) {
    const FlowRecord& record = *flow.record;
    const FlowDetail* const detail = replayed.detail(flow);
    text += fmt::format("flow from packet {}, {} bytes, client {}, {}\n{}\n{}\n{}\n", record.first_packet.number(),
                        record.bytes[0] + record.bytes[1], record.client_endpoint().port, conn_state(record),
                        text_of(record.sides[0]), text_of(record.sides[1]),
                        detail == nullptr ? "settled" : text_of(*detail));
  }
  return text;
}

std::string many_segments() {
  std::string script = "0.0 > S 1000 mss 1460\n0.1 < SA 5000 ack 1001 mss 1460\n0.2 > A 1001 ack 5001\n";
  for (int at = 0; at < 60; ++at) {
    script += fmt::format("{} > PA {}:{} ack 5001 id {}\n", 1 + at, 1001 + 100 * at, 1101 + 100 * at, at + 1);
    script += fmt::format("{}.1 < A 5001 ack {}\n", 1 + at, 1101 + 100 * at);
  }
  return script +
         "90.0 > PA 7001:7101 ack 5001 id 90\n91.0 > PA 7001:7101 ack 5001 id 91\n"
         "93.0 > PA 7001:7101 ack 5001 id 92\n97.0 > PA 7001:7101 ack 5001 id 93\n";
}

std::string many_pings() {
  std::string script;
  for (int at = 0; at < 50; ++at) script += fmt::format("{}.0 > ping\n{}.2 < pong\n", at, at);
  return script + "50.0 > ping\n51.0 > ping\n";
}

}  // namespace

TEST_CASE("whatever packet a capture is cut at, joined records are those of one pass", "[flow][merge]") {
  const std::string script = GENERATE(values<std::string>({
      "0.0 > S 1000\n1.0 > S 1000\n3.0 > S 1000\n7.0 > S 1000",
      "0.0 > S 1000\n0.1 < SA 5000 ack 1001\n1.1 < SA 5000 ack 1001\n3.1 < SA 5000 ack 1001",
      "0.0 > S 1000\n0.1 < RA 0 ack 1001\n1.0 > S 1000\n1.1 < RA 0 ack 1001",
      "0.0 > S 1000\n0.1 < RA 0 ack 1001\n1.0 > S 9000\n1.1 < SA 5000 ack 9001\n1.2 > A 9001 ack 5001",
      "0.0 > S 1000\n0.1 < SA 5000 ack 1001\n0.2 > A 1001 ack 5001\n0.3 > PA 1001:1101 ack 5001\n"
      "0.4 < PA 5001:5301 ack 1101\n0.5 > FA 1101 ack 5301\n0.6 < FA 5301 ack 1102\n0.7 > A 1102 ack 5302\n"
      "0.8 < RA 5302 ack 1102",
      "0.0 > A 1000:1100 ack 1\n0.1 > A 1200:1300 ack 1\n0.1 < A 1 ack 1100\n0.11 < A 1 ack 1100\n0.12 < A 1 ack "
      "1100\n0.13 < A 1 ack 1100\n0.3 > A 1100:1200 ack 1\n0.4 < A 1 ack 1300",
      "0.0 > PA 1000:1100 ack 1 id 3\n0.001 > again\n0.4 < A 1 ack 1100\n30.0 > PA 1100:1200 ack 1 id 4\n"
      "30.2 > PA 1100:1200 ack 1 id 5\n30.6 > PA 1100:1200 ack 1 id 6\n31.0 < RA 1 ack 1100",
      "0.0 > query a.example\n0.1 < answer a.example\n1.0 > query b.example\n2.0 > query b.example",
      "0.0 > S 1000\n0.1 < icmp host-prohibited from 10.0.0.9\n1.0 > S 1000\n1.1 < icmp host-prohibited from 10.0.0.9",
      "0.0 > arp 10.0.0.1 10.0.0.2\n1.0 > arp 10.0.0.1 10.0.0.2\n1.1 < is-at 10.0.0.2 10.0.0.1\n"
      "2.0 < is-at 10.0.0.2 10.0.0.1 mac 02:00:00:00:00:99",
      "0.0 > S 1000 via 192.0.2.1-192.0.2.2/7\n0.1 < SA 5000 ack 1001 via 192.0.2.3-192.0.2.4/8\n"
      "0.2 > A 1001 ack 5001 via 192.0.2.1-192.0.2.2/7",
      many_segments(),
      many_pings(),
  }));
  const Replay whole = replay(script);
  const std::uint64_t packets = whole.table->traffic().packets;
  for (std::uint64_t cut = 1; cut < packets; ++cut) {
    INFO(script << "\ncut after packet " << cut);
    const Replay joined = replay(script, {.cut_after = cut});
    CHECK(records_of(joined) == records_of(whole));
    CHECK(joined.result.capture.copies == whole.result.capture.copies);
    CHECK(joined.findings() == whole.findings());
  }
}

TEST_CASE("an answer without a question in its part goes to the part before, or nowhere", "[flow][merge]") {
  const std::string answer = "1.0 < is-at 10.0.0.2 10.0.0.1\n2.0 > S 1000";
  CHECK(replay("0.0 > arp 10.0.0.1 10.0.0.2\n" + answer, {.cut_after = 1}).verdicts() == "ok inconclusive");
  CHECK(replay("0.0 > S 7000 c 10.0.0.3:1\n" + answer, {.cut_after = 1}).result.flows.size() == 2);
}

}  // namespace whydrop
