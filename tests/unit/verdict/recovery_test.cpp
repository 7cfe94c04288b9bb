// Findings that belong to the past, and those that only seem to.
#include "src/verdict/recovery.h"

#include <fmt/format.h>

#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

/// An attempt from `port` that nothing answers.
std::string silent(double at, int port, std::string_view client = "10.0.0.1") {
  return fmt::format("{} > S 1000 c {}:{} s 10.0.0.2:443\n", at, client, port);
}

/// One that opens, asks, is answered, and ends.
std::string served(double at, int port, std::string_view client = "10.0.0.1",
                   std::string_view server = "10.0.0.2:443") {
  const std::string ends = fmt::format("c {}:{} s {}\n", client, port, server);
  return fmt::format(
      "{0:.2f} > S 1000 {1}{0:.2f} < SA 5000 ack 1001 {1}{0:.2f} > A 1001 ack 5001 {1}"
      "{0:.2f} > PA 1001:1101 ack 5001 {1}{0:.2f} < PA 5001:5201 ack 1101 {1}"
      "{0:.2f} > FA 1101 ack 5201 {1}{0:.2f} < FA 5201 ack 1102 {1}{0:.2f} > A 1102 ack 5202 {1}",
      at, ends);
}

/// Whether each finding has healed, leading first: "no healed".
std::string states(const std::string& script) {
  const Replay replayed = replay(script);
  std::string states;
  for (const Recovery& recovery : recoveries(replayed.result, replayed.table->traffic().last)) {
    states += (states.empty() ? "" : " ") + std::string(recovery.healed ? "healed" : "no");
  }
  return states;
}

}  // namespace

TEST_CASE("a finding has healed when its client gets through to the service again", "[verdict]") {
  CHECK(states(silent(0, 1) + "20 end") == "no");
  CHECK(states(silent(0, 1) + served(10, 2) + "20 end") == "healed");
  CHECK(states(silent(0, 1) + served(10, 2) + silent(12, 3) + "20 end") == "no");
}

TEST_CASE("another client, another service, or a time before the failure heals nothing", "[verdict]") {
  CHECK(states(silent(0, 1) + served(10, 2, "10.0.0.9") + "20 end") == "no");
  CHECK(states(silent(0, 1) + served(10, 2, "10.0.0.1", "10.0.0.2:80") + "20 end") == "no");
  CHECK(states(served(0, 2) + silent(1, 1) + "20 end") == "no");
}

TEST_CASE("where some attempts always got through, one more heals nothing; more in a row than ever do", "[verdict]") {
  const std::string now_and_then = silent(0, 1) + served(1, 2) + served(2, 3) + silent(3, 4);
  CHECK(states(now_and_then + served(10, 5) + served(11, 6) + "20 end") == "no");
  CHECK(states(now_and_then + served(10, 5) + served(11, 6) + served(12, 7) + "20 end") == "healed");
}

TEST_CASE("a connection that only just opened has not got through yet", "[verdict]") {
  const std::string opened =
      "10 > S 1000 c 10.0.0.1:2 s 10.0.0.2:443\n10 < SA 5000 ack 1001 c 10.0.0.1:2 s 10.0.0.2:443\n"
      "10 > A 1001 ack 5001 c 10.0.0.1:2 s 10.0.0.2:443\n";
  CHECK(states(silent(0, 1) + opened + "12 end") == "no");
  CHECK(states(silent(0, 1) + opened + "25 end") == "healed");
}

TEST_CASE("a small request heals no transfer that got stuck for its size", "[verdict]") {
  const auto upload = [](double at, int port, bool acknowledged) {
    const std::string ends = fmt::format("c 10.0.0.1:{} s 10.0.0.2:443\n", port);
    std::string script = fmt::format(
        "{0:.2f} > S 1000 mss 1460 {1}{0:.2f} < SA 5000 ack 1001 mss 1460 {1}{0:.2f} > A 1001 ack 5001 {1}"
        "{0:.2f} > PA 1001:2461 ack 5001 df {1}",
        at, ends);
    if (!acknowledged) {
      for (const double later : {0.3, 0.9, 2.1, 4.5, 9.3}) {
        script += fmt::format("{:.2f} > PA 1001:2461 ack 5001 df {}", at + later, ends);
      }
      return script;
    }
    return script +
           fmt::format(
               "{0:.2f} < PA 5001:5201 ack 2461 {1}{0:.2f} > FA 2461 ack 5201 {1}{0:.2f} < FA 5201 ack 2462 {1}"
               "{0:.2f} > A 2462 ack 5202 {1}",
               at, ends);
  };
  CHECK(states(upload(0, 1, false) + served(20, 2) + "30 end") == "no");
  CHECK(states(upload(0, 1, false) + upload(20, 2, true) + "30 end") == "healed");
}

TEST_CASE("a connection that works badly heals what failed, and not what worked badly", "[verdict]") {
  const auto slow = [](double at, int port) {
    const std::string opened = served(at + 1, port);
    return silent(at, port) + silent(at + 0.5, port) + opened.substr(opened.find('\n') + 1);
  };
  CHECK(states(silent(0, 1) + slow(10, 2) + "20 end") == "healed no");
  CHECK(states(slow(0, 1) + slow(10, 2) + "20 end") == "no");
  CHECK(states(slow(0, 1) + served(10, 2) + "20 end") == "healed");
}

TEST_CASE("a scan is no failure and does not heal", "[verdict]") {
  std::string script;
  for (int port = 1; port <= 15; ++port) script += fmt::format("0 > S 1000 c 10.0.0.1:{0} s 10.0.0.2:{0}\n", port);
  CHECK(states(script + served(10, 99, "10.0.0.1", "10.0.0.2:7") + "20 end") == "no");
}

}  // namespace whydrop
