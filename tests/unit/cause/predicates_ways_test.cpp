// Predicates about addresses, ports and ways, each with its near misses.
#include <fmt/format.h>

#include "tests/unit/cause/predicate_rows.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;
using enum PredicateId;
using V = VerdictId;

MadeCase misaddressed(std::string_view answerer) {
  MadeCase made(V::synack_misaddressed);
  made.client_side().next = TcpSeq(501);
  Flow stray = made_flow({.server = answerer, .outcome = Outcome::answered});
  stray.record.side(other(stray.record.initiator)).acked = TcpSeq(501);
  made.census.add_stray_syn_ack(stray.record);
  return made;
}

TEST_CASE("an answer from beside the client went past the translator", "[cause]") {
  check({
      {"the client's neighbour", answerer_beside_client, Truth::holds, misaddressed("10.9.1.9")},
      {"the server's neighbour", answerer_beside_client, Truth::contrary, misaddressed("10.9.2.3")},
      {"nobody", answerer_beside_client, Truth::unknown, MadeCase(V::synack_misaddressed)},
  });
}

MadeCase with_ttls(std::uint8_t least, std::uint8_t most) {
  MadeCase made(V::synack_reset, {.outcome = Outcome::answered});
  SenderFacts& client = made.detail().sender(made.record().initiator);
  client.min_ttl = least;
  client.max_ttl = most;
  return made;
}

MadeCase error_about(Side side, const MadeCase& from) {
  MadeCase made = from;
  made.detail().icmp[0] = {.sender = ip(kHop), .packet = PacketRef(0, 9), .type = 3, .code = 0, .about = side};
  made.detail().icmp_count = 1;
  return made;
}

TEST_CASE("hop limits and errors tell of the way back", "[cause]") {
  const MadeCase half(V::synack_no_ack, {.outcome = Outcome::answered});
  const Side client = half.finding.exemplars.front().record.initiator;
  check({
      {"two hop limits", client_came_two_ways, Truth::holds, with_ttls(63, 64)},
      {"one hop limit", client_came_two_ways, Truth::unknown, with_ttls(64, 64)},
      {"an error about the answer", answer_has_no_route, Truth::holds, error_about(other(client), half)},
      {"an error about the request", answer_has_no_route, Truth::unknown, error_about(client, half)},
  });
}

/// Two attempts that failed and two that opened by turns.
MadeCase by_turns(std::uint8_t syns_of_failed, std::uint8_t syns_of_opened) {
  MadeCase made(V::syn_no_reply, {.tries = syns_of_failed});
  made.finding.exemplars.push_back(made_flow({.at = 2, .tries = syns_of_failed}));
  made.see({.at = 2, .tries = syns_of_failed});
  made.see({.outcome = Outcome::answered, .at = 0.5, .tries = syns_of_opened});
  return made.see({.outcome = Outcome::answered, .at = 3, .tries = syns_of_opened});
}

TEST_CASE("ports decide only where repeating never helps and never is needed", "[cause]") {
  check({
      {"always or never", fate_bound_to_ports, Truth::holds, by_turns(6, 1)},
      {"some open late", fate_bound_to_ports, Truth::contrary, by_turns(6, 2)},
      {"the failed ones tried once", fate_bound_to_ports, Truth::unknown, by_turns(1, 1)},
      {"nothing opens", fate_bound_to_ports, Truth::unknown, MadeCase(V::syn_no_reply)},
      {"SMB on the Internet", port_blocked_by_carriers, Truth::holds,
       MadeCase(V::syn_no_reply, {.server = kPublicServer, .port = 445})},
      {"SMB at home", port_blocked_by_carriers, Truth::contrary, MadeCase(V::syn_no_reply, {.port = 445})},
      {"HTTPS", port_blocked_by_carriers, Truth::contrary, MadeCase(V::syn_no_reply, {.server = kPublicServer})},
      {"a ping", port_blocked_by_carriers, Truth::unknown, MadeCase(V::ping_no_reply, {.transport = Transport::icmp})},
  });
}

MadeCase taking(Duration round_trip, std::uint8_t syns = 1) {
  MadeCase made(V::packet_loss, {.outcome = Outcome::answered, .tries = syns});
  made.detail().syn_first = at_second(1);
  made.detail().handshake_ack = at_second(1) + round_trip;
  return made;
}

TEST_CASE("the round trip is taken from handshakes without repetition", "[cause]") {
  check({
      {"another continent", long_round_trip, Truth::holds, taking(220ms)},
      {"the same country", long_round_trip, Truth::contrary, taking(20ms)},
      {"in between", long_round_trip, Truth::unknown, taking(100ms)},
      {"a repeated SYN", long_round_trip, Truth::unknown, taking(1220ms, 2)},
  });
}

MadeCase fragments(std::int64_t whole) {
  return MadeCase(V::fragments_incomplete, {.transport = Transport::udp, .port = 53})
      .attribute("whole_datagrams", whole);
}

MadeCase tries_at(std::initializer_list<double> times) {
  MadeCase made(V::syn_no_reply);
  made.finding.exemplars.clear();
  for (const double at : times) made.finding.exemplars.push_back(made_flow({.at = at}));
  return made;
}

MadeCase opened(std::size_t flows) {
  MadeCase made(V::syn_no_reply);
  for (std::size_t at = 1; at < flows; ++at) made.see({.server = kOtherServer, .outcome = Outcome::answered});
  return made;
}

TEST_CASE("fragments, health checks and crowds are known by their numbers", "[cause]") {
  check({
      {"none whole", no_fragment_arrives, Truth::holds, fragments(0)},
      {"some whole", no_fragment_arrives, Truth::contrary, fragments(2)},
      {"no fragments", no_fragment_arrives, Truth::unknown, MadeCase(V::udp_no_reply)},
      {"Google's range", client_is_health_checker, Truth::holds, MadeCase(V::syn_no_reply, {.client = "35.191.7.7"})},
      {"beside Google's other range", client_is_health_checker, Truth::unknown,
       MadeCase(V::syn_no_reply, {.client = "130.211.4.1"})},
      {"every five seconds", attempts_at_even_intervals, Truth::holds, tries_at({1, 6, 11.1, 16})},
      {"now and then", attempts_at_even_intervals, Truth::contrary, tries_at({1, 2, 20})},
      {"twice", attempts_at_even_intervals, Truth::unknown, tries_at({1, 6})},
      {"all at once", attempts_at_even_intervals, Truth::unknown, tries_at({1, 1.1, 1.2})},
      {"a thousand", client_opens_many, Truth::holds, opened(1000)},
      {"a few", client_opens_many, Truth::contrary, opened(5)},
      {"some hundred", client_opens_many, Truth::unknown, opened(300)},
  });
}

TEST_CASE("a flood is the census's to know", "[cause]") {
  MadeCase made(V::syn_no_reply);
  for (std::uint32_t at = 0; at < 1500; ++at) {
    const std::string client = fmt::format("198.18.{}.{}", at / 250, 1 + at % 250);
    made.see({.client = client, .at = 1 + at / 100.0, .tries = 1});
  }
  check({{"1,500 sources in a quarter of a minute", flood_hits_server, Truth::holds, std::move(made)},
         {"one client", flood_hits_server, Truth::unknown, MadeCase(V::syn_no_reply)}});
}

}  // namespace
}  // namespace whydrop
