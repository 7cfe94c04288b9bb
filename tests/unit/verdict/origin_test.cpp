// Who sent a RST or an ICMP error: the host itself, or something on the path.
#include "tests/unit/verdict/rows.h"

namespace whydrop {
namespace {

/// Opened, asked; the server is 20 ms away.
std::string asked(std::string_view rst) {
  return fmt::format(R"(
0.00 > S 1000 mss 1460 ttl 64 df
0.02 < SA 5000 ack 1001 mss 1460 ttl 57 id 100 df
0.02 > A 1001 ack 5001 ttl 64 df
0.025 < PA 5001:5021 ack 1001 ttl 57 id 101 df
0.03 > PA 1001:1101 ack 5021 ttl 64 df
{}
9 end)",
                     rst);
}

Finding finding_of(const std::string& script) {
  const Replay replayed = replay(script);
  REQUIRE(replayed.result.findings.size() == 1);
  return replayed.result.findings.front();
}

}  // namespace

TEST_CASE("the sender of a RST is told with its reasons", "[verdict][reset]") {
  struct Row {
    std::string sentence;
    std::string rst;
    std::string who;
    std::string sent_by;
  };
  const Row row = GENERATE(values<Row>({
      {"as far away as the host", "0.06 < RA 5021 ack 1101 df ttl 57 id 102", "responder", "host"},
      {"another distance", "0.06 < RA 5021 ack 1101 df ttl 60 id 102", "injected", "path"},
      {"another initial TTL, the same distance", "0.06 < RA 5021 ack 1101 df ttl 121 id 102", "responder", "(none)"},
      {"too soon, and a strange IP ID", "0.0301 < RA 5021 ack 1101 df ttl 57 id 40000", "injected", "path"},
      {"only too soon", "0.0301 < RA 5021 ack 1101 df ttl 57 id 102", "responder", "host"},
      {"a strange IP ID and number", "0.06 < RA 5921 ack 1101 df ttl 57 id 40000", "injected", "path"},
      {"a clear DF bit, too soon", "0.0301 < RA 5021 ack 1101 ttl 57 id 102", "injected", "path"},
      {"only a clear DF bit", "0.06 < RA 5021 ack 1101 ttl 57 id 102", "responder", "host"},
      {"only a strange number", "0.06 < RA 5921 ack 1101 df ttl 57 id 102", "responder", "host"},
  }));
  INFO(row.sentence);
  const Finding finding = finding_of(asked(row.rst));
  CHECK(finding.verdict == VerdictId::reset);
  CHECK(attribute(finding, "who") == row.who);
  CHECK(attribute(finding, "rst_sent_by") == row.sent_by);
  const std::string reasons = fmt::format("{}", fmt::join(finding.confidence_reasons, "\n"));
  const std::size_t told = reasons.find("the host's own packets");
  CHECK((told != std::string::npos) == (row.rst.find("ttl 121") == std::string::npos));
  CHECK((told == std::string::npos || reasons.find("the host's own packets", told + 1) == std::string::npos));
}

TEST_CASE("a refusal is compared with what the host answers elsewhere", "[verdict][refused]") {
  const auto refused = [](unsigned ttl, std::string_view elsewhere) {
    return finding_of(fmt::format("{}5.0 > S 1000\n5.1 < RA 0 ack 1001 ttl {}\n9 end", elsewhere, ttl));
  };
  const std::string works =
      "0 > S 1000 c 10.0.0.1:9 s 10.0.0.2:80\n0.1 < SA 5000 ack 1001 c 10.0.0.1:9 s 10.0.0.2:80 ttl 57\n0.2 > A 1001 "
      "ack "
      "5001 c 10.0.0.1:9 s 10.0.0.2:80\n";
  CHECK(attribute(refused(57, works), "rst_sent_by") == "host");
  CHECK(attribute(refused(60, works), "rst_sent_by") == "path");
  CHECK(attribute(refused(60, ""), "rst_sent_by") == "(none)");
}

TEST_CASE("the sender of an ICMP error is the target, the client's gateway or a hop", "[verdict][unreachable]") {
  struct Row {
    std::string sentence;
    unsigned ttl;
    std::string from;
    std::string role;
  };
  const Row row = GENERATE(values<Row>({
      {"the target itself", 64, "10.0.0.2", "target"},
      {"quoted as it was sent", 64, "10.9.9.9", "gateway"},
      {"one hop less, from the client's own subnet", 63, "10.0.0.254", "gateway"},
      {"one hop less, from another network", 63, "10.9.9.9", "hop"},
      {"two hops less", 62, "10.0.0.254", "hop"},
      {"the client's own kernel", 64, "10.0.0.1", "client"},
  }));
  INFO(row.sentence);
  const Finding finding =
      finding_of(fmt::format("0 > S 1000 ttl {}\n0.1 < icmp host-prohibited from {}\n9 end", row.ttl, row.from));
  CHECK(finding.verdict == VerdictId::unreachable);
  CHECK(attribute(finding, "sender_role") == row.role);
}

TEST_CASE("an error whose quote was changed on the way belongs to the flow that it is about",
          "[verdict][unreachable]") {
  const std::string asks = "0.0 > S 1000\n1.0 > S 1000\n";
  const std::string mine = " from 10.9.9.9 quote-from 203.0.113.5:61000\n";
  check_row(GENERATE_COPY(values<VerdictRow>({
      {"another port", asks + "1.1 < icmp host-prohibited from 10.9.9.9 quote-from 10.0.0.1:61000\n9 end",
       "unreachable ok"},
      {"another port and address, as of a NAT between", asks + "1.1 < icmp host-prohibited" + mine + "9 end",
       "unreachable ok"},
      {"another target, as behind a load balancer",
       asks + "1.1 < icmp host-prohibited from 10.9.9.9 quote-to 192.168.1.5:8443\n9 end", "unreachable ok"},
      {"a hop limit that ran out", asks + "1.1 < expired" + mine + "9 end", "ttl-exceeded ok"},
      {"the flow works: the error is about another",
       asks + "1.1 < icmp host-prohibited" + mine + "1.2 < SA 5000 ack 1001\n1.3 > A 1001 ack 5001\n9 end",
       "slow-handshake unreachable"},
      {"another service",
       asks + "1.1 < icmp host-prohibited from 10.9.9.9 quote-from 203.0.113.5:61000 quote-to "
              "10.0.0.2:80\n9 end",
       "syn-no-reply unreachable"},
      {"it came to another client", asks + "1.1 < icmp host-prohibited c 10.0.0.7:40000" + mine + "9 end",
       "syn-no-reply unreachable"},
      {"an hour earlier", "0.0 < icmp host-prohibited" + mine + "3600 > S 1000\n3610 end", "unreachable syn-no-reply"},
  })));
}

TEST_CASE("an error with a changed quote is trusted less than one that quotes what was sent",
          "[verdict][unreachable]") {
  const auto rejected = [](std::string_view quote) {
    return replay(fmt::format("0.0 > S 1000\n1.1 < icmp host-prohibited from 10.9.9.9{}\n9 end", quote));
  };
  const Replay bound = rejected(" quote-from 203.0.113.5:61000");
  REQUIRE(bound.findings() == "unreachable");
  const Finding& finding = bound.result.findings.front();
  CHECK(finding.count == 1);
  CHECK(attribute(finding, "quote_differs") == "true");
  CHECK(finding.confidence < 0.9);

  const Replay exact = rejected("");
  CHECK(attribute(exact.result.findings.at(0), "quote_differs") == "(none)");
  CHECK(exact.result.findings.at(0).confidence > 0.9);
}

}  // namespace whydrop
