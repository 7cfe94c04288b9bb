// Predicates about how open connections ended, each with its near misses.
#include <algorithm>

#include "tests/unit/cause/predicate_rows.h"

namespace whydrop {
namespace {

using enum PredicateId;
using V = VerdictId;

constexpr Attempt kOpened{.outcome = Outcome::answered};

MadeCase expired(double silence, double survived, double killed, std::string_view platform = "") {
  MadeCase made(V::idle_expired, kOpened);
  made.attribute("silence_seconds", silence);
  made.attribute("longest_survived_seconds", survived);
  made.attribute("shortest_killed_seconds", killed);
  made.platform = platform;
  return made;
}

MadeCase ended(V verdict, std::string_view name, std::string_view value) {
  return MadeCase(verdict, kOpened).attribute(std::string(name), std::string(value));
}

TEST_CASE("a session timer is possible only between the silences that survived and that killed", "[cause]") {
  check({
      {"350 s lie between", silence_fits_timer, Truth::holds, expired(400, 340, 400)},
      {"nothing usual lies between", silence_fits_timer, Truth::contrary, expired(880, 610, 880)},
      {"a silence just above a timer, none survived", silence_fits_timer, Truth::holds, expired(62, 0, 62)},
      {"a silence far above every small timer", silence_fits_timer, Truth::unknown, expired(500, 0, 500)},
      {"another flow died of less", silence_fits_timer, Truth::contrary, expired(400, 245, 290)},
      {"below every timer", silence_fits_timer, Truth::unknown, expired(59, 0, 59)},
      {"a stall has no silence", silence_fits_timer, Truth::unknown, MadeCase(V::stalled, kOpened)},
  });
  CHECK(expired(1000, 290, 1000).ask(silence_fits_timer).because.find("900 s") != std::string::npos);
  CHECK(expired(1000, 290, 1000, "gcp").ask(silence_fits_timer).because.find("600 s") != std::string::npos);
}

/// A connection whose data at second 10 never got through.
MadeCase stuck() {
  MadeCase made(V::stalled, kOpened);
  SenderFacts::Stuck& stuck = made.detail().sender(made.record().initiator).stuck;
  stuck.tries = 4;
  stuck.first_sent = at_second(10);
  return made;
}

/// Several connections of one finding: when each began and when it died.
MadeCase several(std::initializer_list<std::pair<double, double>> lives) {
  MadeCase made(V::stalled, kOpened);
  made.finding.exemplars.clear();
  for (const auto& [began, died] : lives) {
    Flow flow = made_flow({.outcome = Outcome::answered, .at = began});
    SenderFacts::Stuck& stuck = flow.detail->sender(flow.record.initiator).stuck;
    stuck.tries = 4;
    stuck.first_sent = at_second(died);
    made.finding.exemplars.push_back(flow);
  }
  return made;
}

TEST_CASE("whether new connections open tells lost state from a new rule", "[cause]") {
  check({
      {"one opens afterwards", new_connections_open, Truth::holds,
       stuck().see({.outcome = Outcome::answered, .at = 12})},
      {"one fails afterwards", new_connections_open, Truth::contrary, stuck().see({.at = 12})},
      {"one opened before", new_connections_open, Truth::unknown, stuck().see({.outcome = Outcome::answered, .at = 5})},
      {"none was tried", new_connections_open, Truth::unknown, stuck()},
      {"nothing is known to have died", new_connections_open, Truth::unknown,
       MadeCase(V::stalled, kOpened).see({.at = 12})},
  });
}

TEST_CASE("dying at one moment counts where the connections began at different ones", "[cause]") {
  check({
      {"three of different age, within a second", stops_at_one_moment, Truth::holds,
       several({{1, 60}, {20, 60.4}, {50, 60.9}})},
      {"two that began together", stops_at_one_moment, Truth::unknown, several({{1, 60}, {1.2, 60.4}})},
      {"two that died a minute apart", stops_at_one_moment, Truth::contrary, several({{1, 10}, {20, 70}})},
      {"one alone", stops_at_one_moment, Truth::unknown, several({{1, 60}})},
  });
}

TEST_CASE("a forged RST and a death at the first request are read from the verdict", "[cause]") {
  check({
      {"forged", rst_is_injected, Truth::holds, ended(V::reset, "who", "injected")},
      {"the server's own", rst_is_injected, Truth::contrary, ended(V::reset, "who", "responder")},
      {"who closed a window is another matter", rst_is_injected, Truth::unknown,
       ended(V::zero_window, "who", "server")},
      {"after the request", dies_at_first_request, Truth::holds, ended(V::reset, "phase", "after-first-request")},
      {"after the client hello", dies_at_first_request, Truth::holds, ended(V::reset, "phase", "after-client-hello")},
      {"the first request is repeated", dies_at_first_request, Truth::holds,
       ended(V::stalled, "phase", "first-request")},
      {"in the middle", dies_at_first_request, Truth::contrary, ended(V::stalled, "phase", "mid-transfer")},
      {"no phase", dies_at_first_request, Truth::unknown, MadeCase(V::refused)},
  });
}

TEST_CASE("other requests count as answered only when data came back", "[cause]") {
  MadeCase served = ended(V::reset, "who", "injected");
  Flow other_flow = made_flow({.outcome = Outcome::answered, .at = 2});
  for (FlowSide& side : other_flow.record.sides) side.saw |= saw::data;
  served.census.add(other_flow.record, &*other_flow.detail, Outcome::answered);
  MadeCase thrice = ended(V::reset, "who", "injected");
  thrice.finding.count = 3;
  check({
      {"one was answered", serves_other_requests, Truth::holds, std::move(served)},
      {"connections that only open are none", serves_other_requests, Truth::unknown,
       ended(V::reset, "who", "injected").see({.outcome = Outcome::answered, .at = 2})},
      {"three requests and no answer", serves_other_requests, Truth::contrary, std::move(thrice)},
  });
}

MadeCase asking(std::string_view name, ApplicationFacts::Role role = ApplicationFacts::Role::request) {
  MadeCase made(V::reset, kOpened);
  ApplicationFacts& words = made.detail().application(made.record().initiator);
  words.begin(1, role);
  words.name_len = static_cast<std::uint8_t>(name.size());
  std::ranges::copy(name, words.name.begin());
  return made;
}

TEST_CASE("a site's name is neither an address nor a banner", "[cause]") {
  check({
      {"a name", request_names_site, Truth::holds, asking("www.example.com")},
      {"an address", request_names_site, Truth::contrary, asking("198.51.100.20")},
      {"nothing", request_names_site, Truth::contrary, asking("")},
      {"a banner", request_names_site, Truth::unknown, asking("SSH-2.0-x_9.2", ApplicationFacts::Role::other)},
      {"words that nobody knows", request_names_site, Truth::unknown, MadeCase(V::reset, kOpened)},
  });
}

}  // namespace
}  // namespace whydrop
