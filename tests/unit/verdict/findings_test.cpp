// Grouping, scans and vantage.
#include <fmt/format.h>

#include "src/verdict/rules.h"
#include "tests/unit/verdict/rows.h"

namespace whydrop {

TEST_CASE("one source over many ports or hosts is a scan, not a failure", "[verdict]") {
  const auto attempts = [](int ports) {
    std::string script;
    for (int port = 1; port <= ports; ++port) {
      script += fmt::format("0.{:02} > S 1000 c 10.0.0.1:{} s 10.0.0.2:{}\n", port, 50000 + port, port);
    }
    return replay(script + "9.0 end");
  };
  const Replay scan = attempts(15);
  REQUIRE(scan.result.findings.size() == 1);
  CHECK(scan.result.findings.front().scan);
  CHECK(scan.result.findings.front().severity == Severity::information);
  CHECK(scan.result.failed == 0);

  const Replay few = attempts(14);
  CHECK(few.result.findings.size() == 14);
  CHECK(few.result.failed == 14);
}

TEST_CASE("a client without a route is no scanner, however many hosts it tries", "[verdict]") {
  const auto attempts = [](std::string_view error) {
    std::string script;
    for (int host = 2; host < 12; ++host) {
      script += fmt::format(
          "{0}.0 > S 1000 c 10.0.0.1:{1} s 10.9.0.{0}:443\n{0}.1 < icmp {2} from 10.0.0.254 c "
          "10.0.0.1:{1} s 10.9.0.{0}:443\n",
          host, 50000 + host, error);
    }
    return replay(script + "30.0 end");
  };
  const Replay no_route = attempts("net-unreachable");
  CHECK(no_route.result.findings.size() == 10);
  CHECK_FALSE(no_route.result.findings.front().scan);
  CHECK(no_route.result.failed == 10);
  CHECK(attempts("host-unreachable").result.failed == 0);
}

TEST_CASE("findings are ordered by severity, count, first packet", "[verdict]") {
  const Replay replayed = replay(R"(
0.0 > S 1000 c 10.0.0.1:1 s 10.0.0.3:22
0.1 > S 1000 c 10.0.0.1:2 s 10.0.0.2:443
0.2 > S 1000 c 10.0.0.1:3 s 10.0.0.2:443
0.3 > S 1000 c 10.0.0.1:4 s 10.0.0.4:80
1.3 > S 1000 c 10.0.0.1:4 s 10.0.0.4:80
1.4 < SA 5000 ack 1001 c 10.0.0.1:4 s 10.0.0.4:80
1.5 > A 1001 ack 5001 c 10.0.0.1:4 s 10.0.0.4:80
9.0 end)");
  REQUIRE(replayed.findings() == "syn-no-reply syn-no-reply slow-handshake");
  CHECK(replayed.result.findings[0].count == 2);
  CHECK(replayed.result.findings[1].server.port == 22);
  CHECK(replayed.result.ok == 0);
  CHECK(replayed.result.degraded == 1);
  CHECK(replayed.result.failed == 3);
}

TEST_CASE("two agreeing signs place the capture, one does not", "[verdict]") {
  const auto vantage = [](std::string_view script) {
    const Replay replayed = replay(script);
    REQUIRE(replayed.result.findings.size() == 1);
    return name(replayed.result.findings.front().vantage);
  };
  SECTION("a client's initial TTL alone says nothing") { CHECK(vantage("0.0 > S 1000 ttl 64\n9.0 end") == "unknown"); }
  SECTION("initial TTL and a half of the handshake that takes no time") {
    CHECK(vantage(R"(
0.0 > S 1000 ttl 64
1.0 > S 1000 ttl 64
9.0 > S 2000 ttl 64 c 10.0.0.1:2 s 10.0.0.2:80
9.05 < SA 5000 ack 2001 ttl 57 c 10.0.0.1:2 s 10.0.0.2:80
9.0501 > A 2001 ack 5001 ttl 64 c 10.0.0.1:2 s 10.0.0.2:80
9.2 end)") == "client");
  }
  SECTION("the same at the server") {
    CHECK(vantage(R"(
0.0 > S 1000 ttl 57
1.0 > S 1000 ttl 57
9.0 > S 2000 ttl 57 c 10.0.0.1:2 s 10.0.0.2:80
9.0001 < SA 5000 ack 2001 ttl 64 c 10.0.0.1:2 s 10.0.0.2:80
9.05 > A 2001 ack 5001 ttl 57 c 10.0.0.1:2 s 10.0.0.2:80
9.2 end)") == "server");
  }
  SECTION("both hosts behind a router") {
    CHECK(vantage(R"(
0.0 > S 1000 ttl 63
0.1 < RA 0 ack 1001 ttl 62
9.2 end)") == "path");
  }
}

TEST_CASE("records that leave the table early are judged and counted all the same", "[verdict]") {
  std::string script;
  for (int flow = 0; flow < 400; ++flow) {
    script += fmt::format("{} > S 1000 c 10.0.{}.{}:5000\n", flow * 10, 1 + flow / 200, 1 + flow % 200);
  }
  const Replay replayed = replay(script + "9999.0 end", {.memory_bound = 1});
  CHECK(replayed.table->traffic().folded > 0);
  REQUIRE(replayed.findings() == "syn-no-reply");
  CHECK(replayed.result.findings.front().count == 400);
  CHECK(replayed.result.failed == 400);
}

TEST_CASE("an attribute that is set again keeps its place and has the last value", "[verdict]") {
  Finding finding;
  set_attribute(finding, "tries", std::int64_t{1});
  set_attribute(finding, "code", std::string("port"));
  set_attribute(finding, "tries", std::int64_t{2});
  REQUIRE(finding.attributes.size() == 2);
  CHECK(finding.attributes.front().name == "tries");
  CHECK(*finding.attribute("tries") == AttributeValue(std::int64_t{2}));
}

}  // namespace whydrop
