// Zeek's conn_state from what each side was seen to do, and its history letters.
#include "src/flow/conn_state.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

constexpr std::uint16_t kTalked = saw::ack | saw::data;

FlowRecord flow(Transport transport, std::uint16_t client_saw, std::uint16_t server_saw) {
  FlowRecord record;
  record.key.transport = transport;
  record.initiator = Side::high;
  FlowSide& client = record.side(Side::high);
  FlowSide& server = record.side(Side::low);
  client.saw = client_saw;
  client.packets = client_saw != 0 ? 1 : 0;
  server.saw = server_saw;
  server.packets = server_saw != 0 ? 1 : 0;
  if (client.has(saw::data)) record.bytes[index(Side::high)] = 10;
  if (server.has(saw::data)) record.bytes[index(Side::low)] = 10;
  return record;
}

TEST_CASE("conn_state of TCP follows from what both sides did", "[flow]") {
  struct Row {
    const char* story;
    std::uint16_t client;
    std::uint16_t server;
    const char* state;
  };
  const Row row = GENERATE(values<Row>({
      {"a SYN alone", saw::syn, 0, "S0"},
      {"a SYN, then an ACK whose SYN-ACK passed elsewhere", saw::syn | saw::ack, 0, "S0"},
      {"a SYN that a bare ACK answers", saw::syn, saw::ack, "OTH"},
      {"a SYN and its RST", saw::syn, saw::rst, "REJ"},
      {"both reset and nobody said a byte", saw::syn | saw::rst, saw::rst, "REJ"},
      {"a SYN and a SYN-ACK", saw::syn, saw::syn_ack, "S1"},
      {"open and talking", saw::syn | kTalked, saw::syn_ack | kTalked, "S1"},
      {"both closed", saw::syn | kTalked | saw::fin, saw::syn_ack | kTalked | saw::fin, "SF"},
      {"a RST after both FINs", saw::syn | saw::fin | saw::rst, saw::syn_ack | saw::fin, "SF"},
      {"only the client closed", saw::syn | kTalked | saw::fin, saw::syn_ack | kTalked, "S2"},
      {"only the server closed", saw::syn | kTalked, saw::syn_ack | kTalked | saw::fin, "S3"},
      {"the client aborts", saw::syn | kTalked | saw::rst, saw::syn_ack | kTalked, "RSTO"},
      {"the client aborts after its FIN", saw::syn | saw::fin | saw::rst, saw::syn_ack | kTalked, "RSTO"},
      {"the server aborts", saw::syn | kTalked, saw::syn_ack | kTalked | saw::rst, "RSTR"},
      {"SYN, RST of one side", saw::syn | saw::rst, 0, "RSTOS0"},
      {"SYN, ACK, RST of one side", saw::syn | saw::ack | saw::rst, 0, "OTH"},
      {"SYN-ACK, RST of the other side", 0, saw::syn_ack | saw::rst, "RSTRH"},
      {"SYN, FIN of one side", saw::syn | saw::fin, 0, "SH"},
      {"SYN-ACK, FIN of the other side", 0, saw::syn_ack | saw::fin, "SHR"},
      {"SYN-ACK of the other side alone", 0, saw::syn_ack, "OTH"},
      {"a SYN-ACK that is answered, its SYN not recorded", kTalked, saw::syn_ack | kTalked, "S1"},
      {"the same, closed by the server", kTalked, saw::syn_ack | kTalked | saw::fin, "S3"},
      {"the same, reset by the server", kTalked, saw::syn_ack | kTalked | saw::rst, "RSTR"},
      {"midstream", kTalked, kTalked, "OTH"},
  }));
  CAPTURE(row.story);
  CHECK(conn_state(flow(Transport::tcp, row.client, row.server)) == row.state);
}

TEST_CASE("conn_state of UDP says who spoke, and of everything else nothing", "[flow]") {
  CHECK(conn_state(flow(Transport::udp, saw::data, saw::data)) == "SF");
  CHECK(conn_state(flow(Transport::udp, saw::data, 0)) == "S0");
  CHECK(conn_state(flow(Transport::udp, 0, saw::data)) == "SHR");
  CHECK(conn_state(flow(Transport::icmp, saw::data, saw::data)) == "OTH");
  CHECK(conn_state(flow(Transport::arp, 0, 0)) == "OTH");
}

TEST_CASE("a flow's history is the tracker's, or what its sides did", "[flow]") {
  const FlowRecord refused = flow(Transport::tcp, saw::syn, saw::rst);
  CHECK(zeek_history(refused, nullptr) == "Sr");
  CHECK(zeek_history(flow(Transport::tcp, saw::syn | kTalked, saw::syn_ack | kTalked), nullptr) == "ShAaDd");

  FlowDetail detail;
  CHECK(zeek_history(refused, &detail) == "Sr");
  detail.history = {'S', 'h', 'R'};
  detail.history_len = 3;
  CHECK(zeek_history(refused, &detail) == "ShR");
}

}  // namespace
}  // namespace whydrop
