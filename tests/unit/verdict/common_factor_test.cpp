// What failed flows share and the others lack, with what only looks like it.
#include <bit>

#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

using Kind = CommonFactor::Kind;

struct Attempt {
  double at = 0;
  std::string client;  ///< address and port
  bool answered = false;
  std::string server = "10.0.0.2:443";
};

std::string script_of(const std::vector<Attempt>& attempts) {
  std::string script;
  for (const Attempt& attempt : attempts) {
    const std::string ends = fmt::format(" c {} s {}\n", attempt.client, attempt.server);
    script += fmt::format("{:.3f} > S 1000{}", attempt.at, ends);
    if (!attempt.answered) continue;
    script += fmt::format("{:.3f} < SA 5000 ack 1001{}", attempt.at + 0.01, ends);
    script += fmt::format("{:.3f} > A 1001 ack 5001{}", attempt.at + 0.02, ends);
  }
  return script + "900 end";
}

CommonFactor factor_of(const std::vector<Attempt>& attempts) {
  const Replay replayed = replay(script_of(attempts));
  REQUIRE(replayed.result.findings.size() == 1);
  REQUIRE(replayed.result.findings.front().verdict == VerdictId::syn_no_reply);
  return replayed.result.findings.front().common_factor;
}

std::string client(int host, int port) { return fmt::format("10.1.{}.{}:{}", host / 100, host % 100 + 1, port); }

}  // namespace

TEST_CASE("one client fails where others get through", "[verdict][factor]") {
  const CommonFactor factor =
      factor_of({{1, "10.1.0.1:1", false}, {2, "10.1.0.2:2", true}, {3, "10.1.0.1:3", false}, {4, "10.1.0.3:4", true}});
  CHECK(factor.kind == Kind::client);
  CHECK(factor.sentence == "all from 10.1.0.1; 2 attempts by other clients went well");
  // The same client got through once: the client is not what they share.
  CHECK(
      factor_of({{1, "10.1.0.1:1", false}, {2, "10.1.0.2:2", true}, {3, "10.1.0.1:3", true}, {4, "10.1.0.1:4", false}})
          .kind == Kind::none);
}

TEST_CASE("one subnet fails where others get through", "[verdict][factor]") {
  const std::vector<Attempt> one_subnet = {
      {1, "10.1.7.1:1", false}, {2, "10.1.8.2:2", true}, {3, "10.1.7.9:3", false}, {4, "10.1.9.3:4", true}};
  const CommonFactor factor = factor_of(one_subnet);
  CHECK(factor.kind == Kind::subnet);
  CHECK(factor.sentence == "all from 10.1.7.0/24; 2 attempts from elsewhere went well");
  std::vector<Attempt> a_neighbour_works = one_subnet;
  a_neighbour_works.push_back({5, "10.1.7.77:5", true});
  CHECK(factor_of(a_neighbour_works).kind == Kind::none);
}

TEST_CASE("all fail from one moment on, or until one", "[verdict][factor]") {
  const std::vector<Attempt> since = {
      {1, "10.1.0.1:1", true}, {2, "10.1.0.1:2", true}, {5, "10.1.0.1:3", false}, {6, "10.1.0.1:4", false}};
  CHECK(factor_of(since).kind == Kind::since);
  CHECK(factor_of(since).sentence == "all since one moment: 2 attempts before it went well, the last 3.0 s earlier");
  CHECK(
      factor_of({{1, "10.1.0.1:1", false}, {2, "10.1.0.1:2", false}, {5, "10.1.0.1:3", true}, {6, "10.1.0.1:4", true}})
          .kind == Kind::until);
  std::vector<Attempt> works_again = since;
  works_again.push_back({7, "10.1.0.1:5", true});
  CHECK(factor_of(works_again).kind == Kind::none);
}

TEST_CASE("one half of the source ports fails, as where one of two paths is broken", "[verdict][factor]") {
  const auto attempts = [](auto fails) {
    std::vector<Attempt> made;
    for (int number = 0; number < 48; ++number) {
      // Ports in no order, so that no moment divides them.
      const int port = 40000 + (number * 37) % 1009;
      made.push_back({1.0 + number * 3, fmt::format("10.1.0.1:{}", port), !fails(static_cast<unsigned>(port))});
    }
    return made;
  };
  const CommonFactor odd = factor_of(attempts([](unsigned port) { return port % 2 == 1; }));
  CHECK(odd.kind == Kind::source_port_half);
  CHECK(odd.sentence == "all of odd source ports; the other half went well, as when one of two paths is broken");
  CHECK(factor_of(attempts([](unsigned port) { return std::popcount(port & 0b1011'0101U) % 2 == 0; })).kind ==
        Kind::source_port_half);
  CHECK(factor_of(attempts([](unsigned port) { return port % 3 == 0; })).kind == Kind::none);
}

TEST_CASE("attempts fail above a rate", "[verdict][factor]") {
  const auto attempts = [](int answered_of_burst, bool calm_fails) {
    std::vector<Attempt> made;
    for (int second = 0; second < 20; ++second) {
      const bool busy = second % 5 == 4;
      const int tries = busy ? 6 : 2;
      for (int number = 0; number < tries; ++number) {
        const bool answered = busy ? number < answered_of_burst : !(calm_fails && second == 1);
        made.push_back({second + number * 0.1, client(second * 7 + number, 1000 + second * 10 + number), answered});
      }
    }
    return made;
  };
  const CommonFactor limited = factor_of(attempts(3, false));
  CHECK(limited.kind == Kind::rate);
  CHECK(limited.sentence == "all in seconds with more than 2 attempts, of which 3.0 a second were answered");
  REQUIRE(limited.answered_per_second);
  CHECK(*limited.answered_per_second == 3);
  CHECK(factor_of(attempts(3, true)).kind == Kind::none);
}

TEST_CASE("where nothing of a service went well, the rest of the server and the client tell", "[verdict][factor]") {
  const auto other = [](std::string server) { return Attempt{3, "10.1.0.1:9", true, std::move(server)}; };
  const CommonFactor port = factor_of({{1, "10.1.0.1:1", false}, other("10.0.0.2:80")});
  CHECK(port.kind == Kind::port);
  CHECK(port.sentence == "all to port 443; 1 other service of this server answers");
  const CommonFactor server = factor_of({{1, "10.1.0.1:1", false}, other("10.0.0.3:443")});
  CHECK(server.kind == Kind::server);
  CHECK(server.sentence == "all to 10.0.0.2, which answers nothing; the client is answered by others");
  CHECK(factor_of({{1, "10.1.0.1:1", false}, {2, "10.1.0.1:2", false}}).sentence ==
        "all from 10.1.0.1; nobody else tried");
  CHECK(factor_of({{1, "10.1.0.1:1", false}}).kind == Kind::none);
}

}  // namespace whydrop
