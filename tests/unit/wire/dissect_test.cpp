// The dissection loop over a table of small made-up dissectors.
#include "src/wire/dissector.h"
#include "tests/support/catch.h"
#include "tests/support/packet_builder.h"

using namespace whydrop;

namespace {

// The first byte of each layer says what comes next.
constexpr std::uint8_t kAgain = 1;
constexpr std::uint8_t kUnclaimedProtocol = 2;
constexpr std::uint8_t kUnclaimedPort = 3;
constexpr std::uint8_t kQuote = 4;
constexpr std::uint8_t kOtherPort = 5;
constexpr std::uint8_t kWrong = 6;
constexpr std::uint8_t kDone = 7;
constexpr std::uint8_t kPickyPort = 8;
constexpr std::uint8_t kTunnel = 9;
constexpr std::uint8_t kTunnelOfNobody = 10;

Step follow_first_byte(ByteReader& in, PacketView& view) {
  const auto header = in.take<1>();
  if (!header) return in.shortage();
  view.facts().src_port = header.u8<0>();
  switch (header.u8<0>()) {
    case kAgain: return Claim{Space::ether_type, 0x1111};
    case kUnclaimedProtocol: return Claim{Space::ip_protocol, 200};
    case kUnclaimedPort: return Claim{Space::udp_port, 200};
    case kQuote: return Step::quote({Space::ether_type, 0x1111});
    case kOtherPort: return Claim{Space::udp_port, 200, 0x2222};
    case kWrong: return StopReason::bad_value;
    case kPickyPort: return Claim{Space::udp_port, 0x3333, 0x2222};
    case kTunnel: return Step::tunnel(view, {Space::ether_type, 0x1111}, 42);
    case kTunnelOfNobody: return Step::tunnel(view, {Space::ether_type, 0x1112}, 43);
    default: return Step::done();
  }
}

/// Reads nothing but what is done.
Step decline_others(ByteReader& in, PacketView& /*view*/) {
  const auto header = in.peek<1>();
  if (!header) return in.shortage();
  return header.u8<0>() == kDone ? Step::done() : Step::declined();
}

constexpr Dissector kDissectors[] = {{"", nullptr}, {"first-byte", follow_first_byte}, {"picky", decline_others}};

constexpr DissectorTable table_of_one() {
  DissectorTable table(kDissectors);
  table.add(1, {{Space::link_type, 1}, {Space::ether_type, 0x1111}, {Space::udp_port, 0x2222}});
  table.add(2, {{Space::udp_port, 0x3333}});
  return table;
}

constexpr DissectorTable kTable = table_of_one();

PacketView followed(const Bytes& bytes, std::uint16_t link_type = 1) {
  PacketView view;
  dissect(kTable, frame_of(bytes, LinkType{link_type}), view);
  return view;
}

}  // namespace

TEST_CASE("a table finds who claimed a number, the alternative second, and nobody otherwise", "[wire]") {
  CHECK(kTable.find({Space::link_type, 1}) == 1);
  CHECK(kTable.find({Space::link_type, 2}) == 0);
  CHECK(kTable.find({Space::ether_type, 1}) == 0);
  CHECK(kTable.find({Space::udp_port, 5, 0x2222}) == 1);
  CHECK(kTable.find({Space::tcp_port, 5, 0x2222}) == 0);
  CHECK(kTable.find({Space::link_type, 65535}) == 0);
}

TEST_CASE("dissection ends where the packet does, and says why", "[wire]") {
  struct Row {
    Bytes bytes;
    StopReason reason;
    std::uint8_t layers;
    std::uint32_t offset;
  };
  const auto row = GENERATE(Row{{kDone}, StopReason::none, 1, 0},                               //
                            Row{{kAgain, kAgain, kDone}, StopReason::none, 3, 0},               //
                            Row{{kOtherPort, kDone}, StopReason::none, 2, 0},                   //
                            Row{{kUnclaimedPort}, StopReason::none, 1, 0},                      //
                            Row{{kAgain, kUnclaimedProtocol}, StopReason::unknown_next, 2, 2},  //
                            Row{{kAgain, kWrong}, StopReason::bad_value, 2, 2},                 //
                            Row{{kAgain}, StopReason::bad_length, 2, 1},                        //
                            Row{{kAgain, kQuote, kDone}, StopReason::none, 3, 0},               //
                            Row{{kQuote, kQuote, kDone}, StopReason::none, 2, 0},               //
                            Row{{kQuote}, StopReason::cut, 2, 1},                               //
                            Row{Bytes(15, kAgain), StopReason::bad_length, 16, 15},             //
                            Row{Bytes(100, kAgain), StopReason::too_deep, 16, 16});
  CAPTURE(row.bytes);
  const PacketView view = followed(row.bytes);
  CHECK(view.stop.reason == row.reason);
  CHECK(view.stop.offset == row.offset);
  CHECK(view.layer_count == row.layers);
}

TEST_CASE("who declines a packet leaves it to the other port, and no trace", "[wire]") {
  const PacketView own = followed({kPickyPort, kDone});
  CHECK(own.layer_count == 2);
  CHECK(own.layers[1].dissector == 2);
  const PacketView declined = followed({kPickyPort, kUnclaimedPort});
  CHECK(declined.stop.reason == StopReason::none);
  CHECK(declined.layer_count == 2);
  CHECK(declined.layers[1].dissector == 1);
  CHECK(declined.packet.src_port == kUnclaimedPort);
}

TEST_CASE("a tunnel is entered when somebody reads what it carries, else the carrier's facts stay", "[wire]") {
  const PacketView entered = followed({kTunnel, kDone});
  CHECK(entered.tunnel.depth == 1);
  CHECK(entered.tunnel.id == 42);
  CHECK(entered.packet.src_port == kDone);
  const PacketView closed = followed({kTunnelOfNobody, kDone});
  CHECK(closed.tunnel.depth == 0);
  CHECK(closed.packet.src_port == kTunnelOfNobody);
  CHECK(closed.stop.reason == StopReason::unknown_next);
}

TEST_CASE("a tunnel in a quote is not entered, and leaves that of the error alone", "[wire]") {
  const PacketView view = followed({kTunnel, kQuote, kTunnelOfNobody});
  CHECK(view.tunnel.depth == 1);
  CHECK(view.tunnel.id == 42);
  CHECK(view.has_quote);
}

TEST_CASE("a link type that nobody claims is an unknown next layer", "[wire]") {
  const PacketView view = followed({kDone}, 999);
  CHECK(view.stop.reason == StopReason::unknown_next);
  CHECK(view.stop.dissector == 0);
  CHECK(view.layer_count == 0);
}

TEST_CASE("an IP protocol that nobody claims is another transport, a port is not", "[wire]") {
  CHECK(followed({kUnclaimedProtocol}).packet.transport == Transport::other);
  CHECK(followed({kUnclaimedPort}).packet.transport == Transport::none);
  const PacketView quoting = followed({kQuote, kUnclaimedProtocol});
  CHECK(quoting.packet.transport == Transport::none);
  CHECK(quoting.quoted.transport == Transport::other);
}

TEST_CASE("behind a quote facts go to the quoted packet", "[wire]") {
  const PacketView view = followed({kAgain, kQuote, kDone});
  CHECK(view.has_quote);
  CHECK(view.packet.src_port == kQuote);
  CHECK(view.quoted.src_port == kDone);
}

TEST_CASE("a view that is used again remembers nothing of the packet before", "[wire]") {
  PacketView view;
  dissect(kTable, frame_of({kQuote, kWrong}, LinkType{1}), view);
  REQUIRE(view.stop.reason == StopReason::bad_value);
  dissect(kTable, frame_of({kDone}, LinkType{1}), view);
  CHECK(view.stop.reason == StopReason::none);
  CHECK_FALSE(view.has_quote);
  CHECK_FALSE(view.in_quote());
  CHECK(view.layer_count == 1);
}

TEST_CASE("a stop says how many bytes were needed and had", "[wire]") {
  const PacketView view = followed({kAgain});
  CHECK(view.stop.needed == 1);
  CHECK(view.stop.had == 0);
  CHECK(view.stop.dissector == 1);
}
