// Predicates about what came before, what goes on meanwhile, at which pace, and with which words a service hangs up.
#include <chrono>

#include "tests/unit/cause/predicate_rows.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;
using enum PredicateId;
using enum VerdictId;

constexpr Attempt kLate = {.at = 100};

MadeCase silent() {
  MadeCase made(syn_no_reply, kLate);
  made.finding.first = made.finding.last = at_second(kLate.at);
  return made;
}

/// A connection that opened at `at` and was closed `lasted` seconds later.
MadeCase& visit(MadeCase& made, double at, double lasted, std::string_view client = kClient) {
  Flow flow = made_flow({.client = client, .outcome = Outcome::answered, .at = at});
  FlowSide& server = flow.record.side(other(flow.record.initiator));
  server.saw |= saw::fin;
  flow.record.last = at_second(at + lasted);
  flow.detail->sender(other(flow.record.initiator)).last_sent = flow.record.last;
  made.census.add(flow.record, &*flow.detail, Outcome::answered);
  return made;
}

MadeCase with_visits(std::initializer_list<std::pair<double, double>> visits, std::string_view client = kClient) {
  MadeCase made = silent();
  for (const auto& [at, lasted] : visits) visit(made, at, lasted, client);
  return made;
}

TEST_CASE("several short connections, then none, are the pattern of a ban", "[cause]") {
  check({
      {"three, each over after two seconds", brief_visits_before, Truth::holds,
       with_visits({{10, 2}, {20, 2}, {30, 2}})},
      {"two are no pattern", brief_visits_before, Truth::unknown, with_visits({{10, 2}, {20, 2}})},
      {"one of them was a real session", brief_visits_before, Truth::unknown,
       with_visits({{10, 2}, {20, 2}, {30, 60}})},
      {"another client had them", brief_visits_before, Truth::unknown,
       with_visits({{10, 2}, {20, 2}, {30, 2}}, kOtherClient)},
      {"the client gets in again", brief_visits_before, Truth::contrary,
       with_visits({{10, 2}, {20, 2}, {30, 2}, {150, 2}})},
  });
}

TEST_CASE("a connection that was open before and answers after is one that lives on", "[cause]") {
  check({
      {"opened before, answered long after", open_connections_live_on, Truth::holds, with_visits({{90, 60}})},
      {"closed before", open_connections_live_on, Truth::unknown, with_visits({{90, 5}})},
      {"one closed before, another opened after", open_connections_live_on, Truth::unknown,
       with_visits({{90, 5}, {120, 4}})},
      {"none was ever open", open_connections_live_on, Truth::unknown, silent()},
  });
}

MadeCase pings(std::uint32_t requests, std::uint32_t replies, Duration shortest, Duration longest) {
  MadeCase made(ping_partial, {.transport = Transport::icmp, .outcome = Outcome::answered});
  made.detail().exchange = {.requests = requests,
                            .replies = replies,
                            .first_request = at_second(0),
                            .last_request = at_second((requests - 1) * 0.25),
                            .shortest_reply_gap = shortest,
                            .longest_reply_gap = longest};
  return made;
}

MadeCase one_in_three(double gap) {
  MadeCase made = silent();
  for (int at = 0; at < 4; ++at) {
    made.see({.outcome = Outcome::answered, .at = 100 + at * gap});
    made.see({.at = 100.3 + at * gap}).see({.at = 100.6 + at * gap});
  }
  return made;
}

TEST_CASE("replies at even intervals to pings that come faster are a token bucket", "[cause]") {
  MadeCase uneven = one_in_three(1);
  uneven.see({.outcome = Outcome::answered, .at = 120});
  check({
      {"one in a second, of four asked", successes_evenly_spaced, Truth::holds, pings(16, 4, 1000ms, 1010ms)},
      {"at random", successes_evenly_spaced, Truth::contrary, pings(16, 8, 250ms, 1000ms)},
      {"as often as they are asked", successes_evenly_spaced, Truth::unknown, pings(16, 8, 250ms, 260ms)},
      {"two replies are no rhythm", successes_evenly_spaced, Truth::unknown, pings(16, 2, 1000ms, 1000ms)},
      {"one connection in three, each second", successes_evenly_spaced, Truth::holds, one_in_three(1)},
      {"a pause in between", successes_evenly_spaced, Truth::unknown, std::move(uneven)},
      {"nothing was answered", successes_evenly_spaced, Truth::unknown, silent()},
  });
}

MadeCase burst(std::initializer_list<Outcome> outcomes, double gap) {
  MadeCase made = silent();
  double at = 99;
  for (const Outcome outcome : outcomes) made.see({.outcome = outcome, .at = at += gap});
  return made;
}

TEST_CASE("that the first of a burst pass is a limit; that any pass is a matter of chance or path", "[cause]") {
  constexpr auto kYes = Outcome::answered;
  constexpr auto kNo = Outcome::silent;
  check({
      {"two pass, then none", first_of_burst_pass, Truth::holds, burst({kYes, kYes, kNo, kNo, kNo}, 0.01)},
      {"by turns", first_of_burst_pass, Truth::unknown, burst({kYes, kNo, kYes, kNo, kNo}, 0.01)},
      {"too few to tell", first_of_burst_pass, Truth::unknown, burst({kYes, kNo}, 0.01)},
      {"a rule that changed in the meantime", first_of_burst_pass, Truth::unknown,
       burst({kYes, kYes, kNo, kNo, kNo}, 10)},
  });
}

MadeCase with_answered(double lasted, bool with_data) {
  MadeCase made = silent();
  Flow flow = made_flow({.outcome = Outcome::answered, .at = 90});
  FlowSide& server = flow.record.side(other(flow.record.initiator));
  server.saw |= saw::fin;
  if (with_data) server.saw |= saw::data;
  flow.record.last = at_second(90 + lasted);
  flow.detail->sender(other(flow.record.initiator)).last_sent = flow.record.last;
  made.census.add(flow.record, &*flow.detail, Outcome::answered);
  return made;
}

MadeCase never_completed(std::uint64_t attempts) {
  MadeCase made = with_answered(20, false);
  made.finding.verdict = VerdictId::handshake_ack_lost;
  made.finding.count = attempts;
  return made;
}

TEST_CASE("a service that serves at once has no queue of connections that wait", "[cause]") {
  check({
      {"answered within a second", accepted_ones_are_served, Truth::holds, with_answered(0.2, true)},
      {"answered, and long in use", accepted_ones_are_served, Truth::unknown, with_answered(20, true)},
      {"open for long, without a byte", accepted_ones_are_served, Truth::contrary, with_answered(20, false)},
      {"the very handshake that was never completed", accepted_ones_are_served, Truth::unknown, never_completed(1)},
      {"closed at once without a byte", accepted_ones_are_served, Truth::unknown, with_answered(0.2, false)},
      {"none ever opened", accepted_ones_are_served, Truth::unknown, silent()},
  });
}

/// Five seconds with one attempt each, and one second with `burst`, in which they fail or not.
MadeCase busy(int burst, Outcome in_burst, Outcome when_calm = Outcome::answered) {
  MadeCase made = silent();
  for (int at = 0; at < 5; ++at) made.see({.outcome = when_calm, .at = 110.0 + at});
  for (int at = 0; at < burst; ++at) made.see({.outcome = in_burst, .at = 120.2});
  return made;
}

TEST_CASE("failures that come when many attempts are made follow the load", "[cause]") {
  check({
      {"twelve at once fail, single ones do not", failures_follow_load, Truth::holds, busy(12, Outcome::silent)},
      {"twelve at once succeed, a single one fails", failures_follow_load, Truth::contrary,
       busy(12, Outcome::answered)},
      {"everything fails, busy or not", failures_follow_load, Truth::unknown,
       busy(12, Outcome::silent, Outcome::silent)},
  });
}

TEST_CASE("attempts are counted over a whole capture in bounded memory", "[cause]") {
  LoadProfile profile;
  for (int second = 0; second < 1000; ++second) profile.add(at_second(1 + second), second == 999);
  CHECK(profile.width() == 16s);
  CHECK(profile.buckets().front().attempts == 16);
  CHECK(profile.buckets()[999 / 16].failed == 1);
  profile.add(at_second(0.5), true);
  CHECK(profile.buckets().front().failed == 1);
}

MadeCase half_open(int handshakes) {
  MadeCase made = silent();
  for (int at = 0; at < handshakes; ++at) {
    Flow flow = made_flow({.client = kOtherClient, .outcome = Outcome::answered, .at = 90});
    flow.record.side(flow.record.initiator).saw = saw::syn;
    made.census.add(flow.record, &*flow.detail, Outcome::answered);
  }
  return made;
}

TEST_CASE("handshakes that nobody completes are counted for their service", "[cause]") {
  check({
      {"five hang", half_open_pile_up, Truth::holds, half_open(5)},
      {"one hangs", half_open_pile_up, Truth::unknown, half_open(1).vantage(Vantage::server)},
      {"none hangs, as the server's capture shows", half_open_pile_up, Truth::contrary,
       silent().vantage(Vantage::server)},
      {"none hangs, seen from afar", half_open_pile_up, Truth::unknown, silent()},
      {"connections that opened do not count", half_open_pile_up, Truth::unknown,
       with_visits({{10, 2}, {20, 2}, {30, 2}})},
  });
}

MadeCase hung_up(std::uint16_t port, double after_ms) {
  return MadeCase(closed_on_accept, {.port = port, .outcome = Outcome::answered})
      .attribute("how", std::string("FIN"))
      .attribute("after_ms", after_ms);
}
MadeCase saying(std::string text) { return hung_up(22, 1).attribute("text", std::move(text)); }

TEST_CASE("what a service says before it hangs up tells why", "[cause]") {
  check({
      {"too many", goodbye_blames_load, Truth::holds, saying("Exceeded MaxStartups")},
      {"not this one", goodbye_blames_load, Truth::contrary, saying("Not allowed at this time")},
      {"not this one", goodbye_blames_client, Truth::holds, saying("Not allowed at this time")},
      {"MySQL's list of hosts", goodbye_blames_client, Truth::holds,
       saying("Host '10.9.1.2' is not allowed to connect to this MySQL server")},
      {"too many", goodbye_blames_client, Truth::contrary, saying("421 Too many connections")},
      {"nothing", goodbye_blames_client, Truth::unknown, hung_up(22, 1)},
      {"no greeting of SSH", greeting_missing, Truth::holds, hung_up(22, 1)},
      {"SSH spoke", greeting_missing, Truth::contrary, saying("Not allowed at this time")},
      {"HTTP never speaks first", greeting_missing, Truth::unknown, hung_up(80, 1)},
      {"after five seconds", closed_after_pause, Truth::holds, hung_up(22, 5004)},
      {"at once", closed_after_pause, Truth::contrary, hung_up(22, 1)},
      {"in between", closed_after_pause, Truth::unknown, hung_up(22, 600)},
      {"a name server", asks_name_server, Truth::holds,
       MadeCase(udp_no_reply, {.transport = Transport::udp, .port = 53})},
      {"a time server", asks_name_server, Truth::contrary,
       MadeCase(udp_no_reply, {.transport = Transport::udp, .port = 123})},
  });
}

TEST_CASE("who is behind an address is read from hop limits, MAC addresses and habits", "[cause]") {
  const auto answered = [](std::uint8_t ttl) {
    return silent().see({.port = 80, .outcome = Outcome::answered, .server_ttl = ttl});
  };
  MadeCase claimed = silent();
  Flow question = made_flow({.transport = Transport::arp, .client = kHop, .outcome = Outcome::answered});
  question.detail->exchange.two_answered = true;
  claimed.census.add(question.record, &*question.detail, Outcome::answered);
  MadeCase scanner = silent();
  for (std::uint16_t port = 1; port <= 20; ++port) scanner.see({.port = port});
  check({
      {"128 minus a few", server_looks_like_windows, Truth::holds, answered(121)},
      {"64 minus a few", server_looks_like_windows, Truth::contrary, answered(61)},
      {"255 minus a few", server_looks_like_windows, Truth::contrary, answered(250)},
      {"it has sent nothing", server_looks_like_windows, Truth::unknown, silent()},
      {"two MAC addresses", address_claimed_twice, Truth::holds, std::move(claimed)},
      {"one MAC address", address_claimed_twice, Truth::contrary,
       silent().see({.transport = Transport::arp, .client = kHop, .outcome = Outcome::answered})},
      {"nobody asked", address_claimed_twice, Truth::unknown, silent()},
      {"twenty ports in vain", client_scans, Truth::holds, std::move(scanner)},
      {"one port in vain", client_scans, Truth::unknown, silent()},
      {"another TTL later", client_has_several_ttls, Truth::holds, silent().see({.client_ttl = 62})},
      {"the same TTL", client_has_several_ttls, Truth::unknown, silent().see({.port = 80})},
  });
}

}  // namespace
}  // namespace whydrop
