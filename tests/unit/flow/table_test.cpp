// Finding, reusing and folding records; what trackers write into them.
#include "dissectors/registry.h"
#include "tests/support/catch.h"
#include "tests/support/packet_builder.h"
#include "tests/support/replay_script.h"

namespace whydrop {
namespace {

const FlowVerdict& only_flow(const Replay& replayed) {
  REQUIRE(replayed.result.flows.size() == 1);
  return replayed.result.flows.front();
}

}  // namespace

TEST_CASE("both directions of a conversation meet in one record", "[flow]") {
  const Replay replayed = replay(R"(
0.0 > S 1000
0.1 < SA 5000 ack 1001
0.2 > A 1001 ack 5001
0.3 > PA 1001:1101 ack 5001
0.4 < PA 5001:5301 ack 1101)");
  const FlowRecord& record = *only_flow(replayed).record;
  CHECK(record.client().packets == 3);
  CHECK(record.server().packets == 2);
  CHECK(record.bytes[index(record.initiator)] == 100);
  CHECK(record.bytes[index(other(record.initiator))] == 300);
  CHECK(record.direction == DirectionSource::handshake);
}

TEST_CASE("without a handshake ports tell who asked", "[flow]") {
  const auto [line, client_port] = GENERATE(table<std::string, int>({
      {"0.0 < PA 5000:5100 ack 1000", 40000},
      {"0.0 > PA 1000:1100 ack 5000", 40000},
      {"0.0 > PA 1:2 ack 1 c 10.0.0.1:443 s 10.0.0.2:40000", 40000},
      {"0.0 > PA 1:2 ack 1 c 10.0.0.1:8000 s 10.0.0.2:9000", 8000},
  }));
  const Replay replayed = replay(line);
  CHECK(only_flow(replayed).record->client_endpoint().port == client_port);
}

TEST_CASE("a SYN-ACK repairs the direction", "[flow]") {
  const Replay replayed = replay("0.0 < SA 5000 ack 1001 c 10.0.0.1:443 s 10.0.0.2:40000");
  CHECK(only_flow(replayed).record->client_endpoint().port == 443);
}

TEST_CASE("a simultaneous open is one connection", "[flow]") {
  const Replay replayed = replay(R"(
0.0 > S 1000
0.01 < S 5000
0.1 > SA 1000 ack 5001
0.11 < SA 5000 ack 1001
0.2 > A 1001 ack 5001)");
  CHECK(replayed.result.flows.size() == 1);
}

TEST_CASE("retransmissions are told from copies, probes and filled holes", "[flow]") {
  const auto [script, retransmitted] = GENERATE(table<std::string, unsigned>({
      {"0.0 > PA 1000:1100 ack 1\n0.3 > PA 1000:1100 ack 1", 1},
      {"0.0 > PA 1000:1100 ack 1 id 3\n0.001 > again", 0},
      {"0.0 > PA 1000:1100 ack 1 id 3 packet 7\n0.3 > PA 1000:1100 ack 1 id 3 win 9 packet 7", 0},
      {"0.0 > PA 1000:1100 ack 1 id 3 packet 7\n0.3 > PA 1000:1100 ack 1 id 3 win 9 packet 8", 1},
      {"0.0 > A 1000:1100 ack 1\n0.1 > A 1200:1300 ack 1\n0.1 < A 1 ack 1100\n0.11 < A 1 ack 1100\n"
       "0.12 < A 1 ack 1100\n0.3 > A 1100:1200 ack 1",
       1},
      {"0.0 > A 1000:1100 ack 1\n0.1 > A 1200:1300 ack 1\n0.1 < A 1 ack 1100\n0.101 > A 1100:1200 ack 1", 0},
      {"0.0 > PA 1000:1100 ack 1 id 3\n0.001 > PA 1000:1100 ack 1 id 4", 1},
      {"0.0 > PA 1000:1100 ack 1\n0.1 > PA 1200:1300 ack 1\n0.2 > PA 1100:1200 ack 1", 0},
      {"0.0 > PA 1000:1100 ack 1\n9.0 > A 1099:1100 ack 1", 0},
      {"0.0 > PA 4294967200:50 ack 1\n0.1 > PA 50:150 ack 1", 0},
      {"5.0 > PA 1100:1200 ack 1\n1.0 > PA 1000:1100 ack 1", 0},  // recorded in another order than it was sent
      {"1.0 > PA 1100:1200 ack 1\n5.0 > PA 1000:1100 ack 1", 1},
  }));
  INFO(script);
  const Replay replayed = replay(script);
  const FlowVerdict& flow = only_flow(replayed);
  CHECK(replayed.detail(flow)->sender(flow.record->initiator).retransmitted == retransmitted);
}

TEST_CASE("a group never asks: what is sent to it in reply has its sender as client", "[flow]") {
  const Replay replayed = replay("0.0 < answer a.local c 224.0.0.251:5353 s 10.0.0.2:5353\n9.0 end");
  CHECK(to_string(only_flow(replayed).record->client_endpoint().address) == "10.0.0.2");
  CHECK(replayed.verdicts() == "ok");
}

TEST_CASE("a host that pings itself gets its own answer", "[flow]") {
  const Replay replayed = replay("0.0 > ping c 10.0.0.1:0 s 10.0.0.1:0\n0.1 < pong c 10.0.0.1:0 s 10.0.0.1:0\n9.0 end");
  CHECK(replayed.verdicts() == "ok");
}

TEST_CASE("a flow that nobody will ask about keeps its hot part alone", "[flow]") {
  const std::string opened = "0.0 > S 1000\n0.1 < SA 5000 ack 1001\n0.2 > A 1001 ack 5001\n";
  const std::string closed = "0.4 > FA 1001 ack 5001\n0.5 < FA 5001 ack 1002\n0.6 > A 1002 ack 5002\n";
  const std::string served =
      "0.3 > PA 1001:1101 ack 5001\n0.35 < PA 5001:5301 ack 1101\n"
      "0.4 > FA 1101 ack 5301\n0.5 < FA 5301 ack 1102\n0.6 > A 1102 ack 5302\n";
  const auto [script, kept] = GENERATE_COPY(table<std::string, bool>({
      {opened + served, false},
      {opened + closed, true},  // nothing was said: who hung up matters
      {opened, true},
      {"0.0 > S 1000\n1.0 > S 1000\n1.1 < SA 5000 ack 1001\n1.2 > A 1001 ack 5001\n" + closed, true},
      {opened + "0.3 > PA 1001:1101 ack 5001\n0.35 > PA 1001:1101 ack 5001\n" +
           "0.4 > FA 1101 ack 5001\n0.5 < FA 5001 ack 1102\n0.6 > A 1102 ack 5002",
       true},
      {"0.0 > query a.example\n0.1 < answer a.example", false},
      {"0.0 > query a.example\n0.1 < answer a.example\n0.2 > query b.example", true},
      {"0.0 > query a.example\n0.1 > query b.example\n0.2 < answer a.example", true},
      {"0.0 > query a.example\n0.1 < answer a.example\n0.2 > icmp port-unreachable", true},
  }));
  INFO(script);
  const Replay replayed = replay(script + "\n20.0 end");
  CHECK((replayed.detail(only_flow(replayed)) != nullptr) == kept);
  CHECK(replayed.result.failed + replayed.result.inconclusive == 0);
}

TEST_CASE("hop limits are those that were seen, also by a detail that was let go and taken again", "[flow]") {
  const Replay replayed = replay(
      "0.0 > query a.example ttl 61\n0.1 < answer a.example\n0.2 > query b.example ttl 61\n"
      "0.3 > query c.example ttl 60\n20.0 end");
  const FlowVerdict& flow = only_flow(replayed);
  const FlowDetail* const detail = replayed.detail(flow);
  REQUIRE(detail != nullptr);
  CHECK(detail->sender(flow.record->initiator).min_ttl == 60);
  CHECK(detail->sender(flow.record->initiator).max_ttl == 61);
}

TEST_CASE("a SYN that is sent twice has no detail, and none is missed", "[flow]") {
  const Replay replayed = replay("0.0 > S 1000 mss 1400 id 7\n1.5 > S 1000 mss 1400 id 8\n20.0 end");
  const FlowVerdict& flow = only_flow(replayed);
  CHECK(std::as_const(*replayed.table).detail(*flow.record) == nullptr);
  const FlowDetail* const detail = replayed.detail(flow);
  REQUIRE(detail != nullptr);
  const SenderFacts& client = detail->sender(flow.record->initiator);
  CHECK(detail->syn_last - detail->syn_first == std::chrono::milliseconds(1500));
  CHECK(client.longest_silence == std::chrono::milliseconds(1500));
  CHECK(client.last_sent == flow.record->last);
  CHECK(client.last_id == 8);
  REQUIRE(detail->events.size() == 2);
  CHECK(detail->events[1].detail == 2);
  CHECK(detail->events[1].packet == PacketRef(0, 2));
  CHECK(flow.record->client().syns == 2);
}

TEST_CASE("a SYN that stays alone has no detail, and what comes later finds it as if it had one", "[flow]") {
  const auto [later, kept, copies, events] = GENERATE(table<std::string, bool, unsigned, std::size_t>({
      {"", false, 0, 1},
      {"0.001 > again", true, 1, 1},
      {"1.0 > S 1000 mss 1400 id 8", true, 0, 2},  // with another TTL
      {"0.4 > S 1000 mss 1400 id 8 ttl 61", true, 0, 2},
      {"1.0 > S 1000 mss 1400 id 8 ttl 61", false, 0, 2},
      {"1.0 > S 1000 mss 1400 id 8 ttl 61\n3.0 > S 1000 mss 1400 id 9 ttl 61", true, 0, 3},
      {"1.0 > S 1000 mss 1400 id 8 ttl 61\n1.001 > again", true, 1, 2},
      {"1.0 > S 1000 mss 1400 id 8 ttl 61\n1.1 < SA 5000 ack 1001", true, 0, 3},
      {"0.1 < SA 5000 ack 1001", true, 0, 2},
      {"0.1 < icmp host-prohibited from 10.0.0.9", true, 0, 2},
  }));
  INFO(later);
  const Replay replayed = replay("0.0 > S 1000 mss 1400 id 7 ttl 61\n" + later + "\n20.0 end");
  const FlowVerdict& flow = only_flow(replayed);
  CHECK((std::as_const(*replayed.table).detail(*flow.record) != nullptr) == kept);
  const FlowDetail* const detail = replayed.detail(flow);
  REQUIRE(detail != nullptr);
  const SenderFacts& client = detail->sender(flow.record->initiator);
  CHECK(client.mss == 1400);
  CHECK(client.min_ttl == 61);
  CHECK(client.copies == copies);
  CHECK(detail->history_text().starts_with('S'));
  REQUIRE(detail->events.size() == events);
  CHECK(detail->events[0].kind == FlowEvent::Kind::syn);
  CHECK(detail->events[0].packet == flow.record->first_packet);
  CHECK(detail->syn_first == flow.record->first);
}

TEST_CASE("memory stays near its bound whatever the number of flows", "[flow]") {
  constexpr std::uint64_t kBound = 4U << 20U;
  std::string script;
  for (int flow = 0; flow < 20000; ++flow) {
    script += std::to_string(flow) + " > S 1000 c 10.1." + std::to_string(flow / 250) + "." +
              std::to_string(1 + flow % 250) + ":5000\n";
  }
  const Replay replayed = replay(script, {.memory_bound = kBound});
  CHECK(replayed.table->memory_used() <= kBound * 5 / 4);
  CHECK(replayed.table->traffic().folded > 0);
  CHECK(replayed.result.failed + replayed.result.inconclusive == 20000);
}

TEST_CASE("of SYNs without an answer the oldest are folded where so many may wait for one at most", "[flow]") {
  std::vector<std::uint64_t> folded;
  std::uint64_t number = 0;
  FlowTable table(dissectors(), std::uint64_t{1} << 24U, [&](const FlowRecord& record, Held held, Time now) {
    CHECK(held.lone_syn != nullptr);
    CHECK(now == Time{std::chrono::seconds(number)});
    folded.push_back(record.first_packet.number());
  });
  table.bound_lone_syns(4);
  const auto add = [&](const PacketBuilder& packet) {
    const Bytes bytes = packet.build();
    Frame frame = frame_of(bytes, packet.link_type());
    frame.ref = PacketRef(0, ++number);
    frame.time = Time{std::chrono::seconds(number)};
    PacketView view;
    dissect(dissectors(), frame, view);
    table.add(frame, view);
  };
  const auto ip = [](bool back) {
    return back ? packet().ipv4("10.0.0.2", "10.0.0.1") : packet().ipv4("10.0.0.1", "10.0.0.2");
  };
  for (std::uint16_t port = 1; port <= 4; ++port) add(ip(false).tcp(port, 443, tcp_flag::syn).seq(1000));
  add(ip(true).tcp(443, 2, tcp_flag::syn | tcp_flag::ack).seq(1).ack(1001));  // no longer without an answer
  CHECK(folded.empty());
  for (std::uint16_t port = 11; port <= 14; ++port) add(ip(false).tcp(port, 443, tcp_flag::syn).seq(1000));
  CHECK(folded == std::vector<std::uint64_t>{1, 3, 4});
  CHECK(table.ordered().size() == 5);
}

TEST_CASE("an ICMP error that opens a flow says nothing of its SYN, whatever the view held before", "[flow]") {
  FlowTable table(dissectors(), std::uint64_t{1} << 24U, [](const FlowRecord&, Held, Time) {});
  PacketView view;
  const auto read = [&view](const PacketBuilder& packet) {
    const Bytes bytes = packet.build();
    Frame frame = frame_of(bytes, packet.link_type());
    frame.ref = PacketRef(0, 1);
    dissect(dissectors(), frame, view);
    return frame;
  };
  const PacketBuilder syn = packet().ipv4("10.0.0.1", "10.0.0.2").tcp(40000, 443, tcp_flag::syn);
  read(syn);
  table.add(read(packet().ipv4("10.0.0.9", "10.0.0.1").icmp(3, 13).quote(syn)), view);
  REQUIRE(table.ordered().size() == 1);
  const FlowRecord& record = *table.ordered().front();
  const FlowDetail* const detail = table.detail(record);
  REQUIRE(detail != nullptr);
  CHECK(detail->events.total() == 1);
  CHECK(detail->syn_first == Time{});
}

TEST_CASE("the first and the last events of a flow are kept", "[flow]") {
  EventLog log;
  for (std::uint32_t at = 0; at < 100; ++at) log.add({.packet = PacketRef(0, at + 1), .time = {}, .detail = at});
  REQUIRE(log.size() == EventLog::kFirst + EventLog::kLast);
  CHECK(log.total() == 100);
  CHECK(log[0].detail == 0);
  CHECK(log[EventLog::kFirst - 1].detail == EventLog::kFirst - 1);
  CHECK(log[EventLog::kFirst].detail == 100 - EventLog::kLast);
  CHECK(log[log.size() - 1].detail == 99);
}

TEST_CASE("a flow index finds what it holds through growth and deletion", "[flow]") {
  FlowIndex table;
  constexpr std::uint32_t kEntries = 5000;
  const auto hash_of = [](std::uint32_t number) { return hash_mix(number % 700, number); };
  for (std::uint32_t number = 0; number < kEntries; ++number) table.insert(hash_of(number), number);
  for (std::uint32_t number = 0; number < kEntries; number += 3) table.erase(hash_of(number), number);
  for (std::uint32_t number = 0; number < kEntries; ++number) {
    const auto found = table.find(hash_of(number), [&](std::uint32_t candidate) { return candidate == number; });
    CHECK(found == (number % 3 == 0 ? FlowIndex::kNone : number));
  }
  CHECK(table.size() == kEntries - (kEntries + 2) / 3);
}

}  // namespace whydrop
