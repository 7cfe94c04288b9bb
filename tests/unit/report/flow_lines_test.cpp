// Flow records as lines: what was written is read back as it was.
#include "src/report/flow_lines.h"

#include <array>
#include <string>

#include "src/report/fact_io.h"
#include "tests/support/catch.h"
#include "tests/support/replay_script.h"

namespace whydrop {
namespace {

const std::string kHeader = R"({"schema":"whydrop-flows/1","capture":{"facts":{}}})";

std::string lines_of(const Replay& replayed) {
  std::string lines;
  for (const FlowVerdict& flow : replayed.result.flows) {
    const FlowDetail* const detail = replayed.detail(flow);
    lines += flow_line(flow, detail, false);
  }
  return lines;
}

/// The same flows, read from `lines` and written again.
std::string written_again(const Replay& replayed, std::string_view lines) {
  PartReader reader;
  REQUIRE(reader.take(kHeader).empty());
  std::string again;
  for (const FlowVerdict& flow : replayed.result.flows) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    CHECK(reader.take(line).empty());
    const Flow& read = reader.part.flows.back().flow;
    again += flow_line({.record = &read.record, .secondary = flow.secondary, .verdict = flow.verdict},
                       read.detail ? &*read.detail : nullptr, false);
  }
  return again;
}

}  // namespace

TEST_CASE("a flow record that was written is read back as it was", "[report][flow-lines]") {
  const std::string script = GENERATE(values<std::string>({
      "0.0 > S 1000 mss 1460 ttl 63\n0.1 < SA 5000 ack 1001 mss 1400\n0.2 > A 1001 ack 5001\n"
      "0.3 > PA 1001 ack 5001 says SSH-2.0-OpenSSH\n20.0 > PA 1200:1300 ack 5001\n20.3 > PA 1200:1300 ack 5001\n"
      "20.4 < A 5001 ack 1016 win 0\n21.0 < RA 5001 ack 1016",
      "0.0 < S 1000\n1.0 < S 1000\n1.1 > icmp host-prohibited from 10.0.0.9",
      "0.0 > query a.example\n0.1 < answer a.example rcode 3\n0.2 > query a.example",
      "0.0 > ping\n0.1 < pong\n1.0 > ping",
      "0.0 > arp 10.0.0.1 10.0.0.2\n0.1 < is-at 10.0.0.2 10.0.0.1\n0.2 < is-at 10.0.0.2 10.0.0.1 mac 02:00:00:00:00:99",
      "0.0 > S 1000 via 192.0.2.1-192.0.2.2/7\n0.1 < SA 5000 ack 1001 via 192.0.2.3-192.0.2.4/8 dropped",
      "0.0 > frag 0:1000 more",
  }));
  const Replay replayed = replay(script);
  const std::string lines = lines_of(replayed);
  INFO(script);
  CHECK(written_again(replayed, lines) == lines);
}

TEST_CASE("a line that cannot be a record is named by what is wrong with it", "[report][flow-lines]") {
  const std::string line = lines_of(replay("0.0 > S 1000 mss 1460\n0.1 < SA 5000 ack 1001"));
  const auto [good, bad, member] = GENERATE(table<std::string, std::string, std::string>({
      {R"("mss":1460)", R"("mss":65536)", "mss"},
      {R"("mss":1460)", R"("mss":"1460")", "mss"},
      {R"("client":"10.0.0.1")", R"("client":"10.0.0.256")", "client"},
      {R"("transport":"tcp")", R"("transport":"tpc")", "transport"},
      {R"("first":"2023)", R"("first":"2323)", "first"},
      {R"("events_total":2)", R"("events_total":1)", "events_total"},
      {R"("history":"Sh")", R"("history":["Sh"])", "history"},
      {R"("kind":"syn_ack")", R"("kind":"nack")", "kind"},
  }));
  std::string spoilt = line;
  const std::size_t at = spoilt.rfind(good);
  INFO(line << good);
  REQUIRE(at != std::string::npos);
  spoilt.replace(at, good.size(), bad);
  PartReader reader;
  REQUIRE(reader.take(kHeader).empty());
  CHECK(reader.take(spoilt) == "\"" + member + "\" is missing, or not what it can be");
  CHECK(reader.part.flows.empty());
  CHECK(reader.take(line).empty());
}

TEST_CASE("bytes of the packets come back whatever they are", "[report][flow-lines]") {
  const std::string text = "a\"\\\x01\x7f\x80\xff";
  std::array<char, 8> room{};
  std::uint8_t length = 0;
  const Json json = Json::parse(dumped(json_bytes(text), -1));
  REQUIRE(read_bytes(json.get<std::string>(), room, length));
  CHECK(std::string_view(room.data(), length) == text);
  length = 0;
  CHECK_FALSE(read_bytes("\xe2\x82\xac", room, length));
  length = 0;
  CHECK_FALSE(read_bytes("123456789", room, length));
}

}  // namespace whydrop
