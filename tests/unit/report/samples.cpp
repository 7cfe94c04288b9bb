// Hand-made reports for the tests of the report room.
#include "tests/unit/report/samples.h"

#include <chrono>

namespace whydrop::sample {

using namespace std::chrono_literals;

Time at(double seconds) {
  constexpr Time kStart = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 5h + 25min + 37s + 500ms;
  return kStart + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

CaptureSummary capture() {
  CaptureSummary capture;
  capture.files = {{.path = "server.pcap", .format = "pcap", .packets = 48, .cut_at = std::nullopt}};
  capture.packets = 48;
  capture.bytes = 4096;
  capture.first = at(0);
  capture.last = at(12.4);
  capture.link_types = {LinkType{1}};
  return capture;
}

Finding silence() {
  Finding finding;
  finding.verdict = VerdictId::syn_no_reply;
  finding.severity = Severity::failure;
  finding.transport = Transport::tcp;
  finding.client = {.address = IpAddress::parse("10.9.1.2"), .port = std::nullopt};
  finding.server = {.address = IpAddress::parse("10.9.2.2"), .port = 443};
  finding.count = 3;
  finding.first = at(3);
  finding.last = at(5);
  finding.first_packet = PacketRef{0, 12};
  finding.vantage = Vantage::server;
  finding.vantage_reasons = {"the server's packets have hop limit 64, the client's 62",
                             "the SYN-ACK follows its SYN within 50 µs"};
  finding.confidence = 0.97;
  finding.confidence_reasons = {"4 SYNs over 7 s stay without an answer"};
  finding.attributes = {{.name = "syns", .value = std::int64_t{4}}};
  finding.display_filter = "ip.addr == 10.9.1.2 && ip.addr == 10.9.2.2 && tcp.port == 443";
  finding.evidence = {
      {.packet = PacketRef{0, 12}, .time = at(3), .until = std::nullopt, .what = "SYN from 10.9.1.2:40000"},
      {.packet = PacketRef{0, 19}, .time = at(6), .until = at(12.4), .what = "no reply in 6.4 s"}};
  return finding;
}

Diagnosis silence_explained() {
  const auto cause = [](std::string id, std::string family, std::string title, double probability) {
    RankedCause ranked;
    ranked.id = std::move(id);
    ranked.family = std::move(family);
    ranked.title = std::move(title);
    ranked.probability = probability;
    ranked.reasons_for = {"10.9.2.2:80 answers the same client (packet 1): the host lives and routes both ways",
                          "the SYN reached this host, nothing left it"};
    ranked.score = {{.what = "prior", .weight = -1.25}, {.what = "other_port_answers", .weight = 0.75}};
    return ranked;
  };
  Diagnosis diagnosis;
  diagnosis.finding = silence();
  diagnosis.causes = {
      cause("host-firewall-drop", "silent-at-host", "A rule of the server's own firewall drops the packets", 0.61),
      cause("default-policy-drop", "silent-at-host", "No rule of the server's own firewall allows the port", 0.2),
      cause("accept-queue-overflow", "silent-at-host", "The service is too busy to take new connections", 0.05),
      cause("reverse-path-filter", "reverse-path-filter", "The kernel drops packets from a wrong interface", 0.1)};
  diagnosis.causes[0].reasons_against = {"nothing was logged"};
  diagnosis.causes[0].checks = {{.system = "nftables",
                                 .where = "on the server",
                                 .command = "nft list ruleset | grep -n 443",
                                 .proves = "prints the rule that drops port 443"}};
  diagnosis.causes[0].fixes = {{.system = "nftables",
                                .command = "nft insert rule inet filter input ip saddr 10.9.1.2 tcp dport 443 accept",
                                .note = "until the next reload only"}};
  diagnosis.families = {{.id = "silent-at-host", .probability = 0.86, .members = {0, 1, 2}},
                        {.id = "reverse-path-filter", .probability = 0.1, .members = {3}}};
  diagnosis.ruled_out = {{.id = "client-firewall",
                          .title = "The client's own firewall drops the packets",
                          .because = "the SYN has left the client"}};
  diagnosis.none_of_these = 0.04;
  diagnosis.next_test = {
      .command = "nft list ruleset | grep -n 443", .where = "on the server", .outcomes = {"shows the rule at work"}};
  return diagnosis;
}

Report healthy() {
  Report report;
  report.capture = capture();
  report.flows = {.total = 20, .ok = 20};
  return report;
}

Report failing(std::size_t findings) {
  Report report = healthy();
  report.flows = {.total = 20 + findings, .ok = 20, .failed = findings};
  for (std::size_t at = 0; at < findings; ++at) {
    Diagnosis diagnosis = silence_explained();
    diagnosis.finding.server.port = static_cast<std::uint16_t>(443 + at);
    diagnosis.finding.count = 3'000'000 / (at + 1);
    report.diagnoses.push_back(std::move(diagnosis));
  }
  return report;
}

std::string hostile_text() {
  return "\x1b[2J\x1b]0;owned\x07 \xff\xc0\xaf \xe2\x80\xae\xc2\x9b"
         "31m\r\n" +
         std::string(300, 'w');
}

Report hostile(std::size_t findings) {
  Report report = failing(findings);
  report.capture.files[0].path = hostile_text();
  report.capture.filters = {hostile_text()};
  report.capture.quality = {{.id = QualityId::filtered, .detail = hostile_text(), .affects = {VerdictId::one_way}}};
  for (Diagnosis& diagnosis : report.diagnoses) {
    diagnosis.finding.attributes.push_back({.name = "name", .value = hostile_text()});
    diagnosis.finding.vantage_reasons = {hostile_text()};
    diagnosis.finding.confidence_reasons = {hostile_text()};
    for (Evidence& evidence : diagnosis.finding.evidence) evidence.what = hostile_text();
    for (RankedCause& cause : diagnosis.causes) {
      cause.reasons_for = {hostile_text()};
      cause.reasons_against = {hostile_text()};
      cause.checks = {{.system = "any", .where = "here", .command = "true", .proves = hostile_text()}};
      cause.fixes = {{.system = "any", .command = "true", .note = hostile_text()}};
    }
    diagnosis.next_test.where = diagnosis.next_test.otherwise = hostile_text();
    diagnosis.next_test.outcomes = {hostile_text()};
  }
  return report;
}

Report long_addresses(std::size_t findings) {
  Report report = failing(findings);
  for (Diagnosis& diagnosis : report.diagnoses) {
    diagnosis.finding.client.address = IpAddress::parse("2001:db8:1111:2222:3333:4444:5555:6666");
    diagnosis.finding.server.address = IpAddress::parse("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff");
    diagnosis.finding.server.port = 65535;
  }
  return report;
}

}  // namespace whydrop::sample
