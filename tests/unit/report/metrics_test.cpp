// What Prometheus is told.
#include "src/report/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "tests/support/catch.h"

namespace whydrop {
namespace {

std::vector<std::string> lines_of(const WatchMetrics& metrics) {
  std::istringstream text(metrics_text(metrics));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

bool has(const WatchMetrics& metrics, const std::string& line) {
  const auto lines = lines_of(metrics);
  return std::ranges::find(lines, line) != lines.end();
}

std::size_t samples(const WatchMetrics& metrics, std::string_view family) {
  const auto lines = lines_of(metrics);
  return static_cast<std::size_t>(std::ranges::count_if(
      lines, [&](const std::string& line) { return line.starts_with("whydrop_" + std::string(family) + '{'); }));
}

WatchMetrics::Known failing(std::string server, std::uint64_t attempts = 1, bool healed = false) {
  return {.verdict = VerdictId::syn_no_reply, .server = std::move(server), .attempts = attempts, .healed = healed};
}

}  // namespace

TEST_CASE("a watch that has seen nothing has all counters, at zero", "[metrics]") {
  const WatchMetrics nothing{.version = "1.2.3"};
  CHECK(has(nothing, "whydrop_build_info{version=\"1.2.3\"} 1"));
  CHECK(has(nothing, "whydrop_packets_total 0"));
  CHECK(has(nothing, "whydrop_flows{state=\"failed\"} 0"));
  CHECK(has(nothing, "whydrop_judgement_duration_seconds_count 0"));
  CHECK(samples(nothing, "findings") == 0);
  CHECK_FALSE(has(nothing, "whydrop_evidence_packets_total 0"));
}

TEST_CASE("every family has its help and its type once, before its samples", "[metrics]") {
  WatchMetrics metrics{.findings = {failing("10.0.0.2:443")}, .evidence = WatchMetrics::Evidence{}};
  metrics.sources.push_back({.interface = "eth0"});
  metrics.interfaces.push_back({.interface = "eth0"});
  std::set<std::string> helped;
  std::map<std::string, std::string> types;
  for (const std::string& line : lines_of(metrics)) {
    std::istringstream words(line);
    std::string first, second, name, type;
    words >> first >> second >> name >> type;
    if (line.starts_with("# HELP ")) {
      CHECK(helped.insert(name).second);
    } else if (line.starts_with("# TYPE ")) {
      CHECK(helped.contains(name));
      CHECK(types.emplace(name, type).second);
      CHECK((type == "counter") == name.ends_with("_total"));
    } else {
      std::string family = first.substr(0, first.find('{'));
      for (const std::string suffix : {"_sum", "_count"}) {
        if (family.ends_with(suffix)) family.resize(family.size() - suffix.size());
      }
      CHECK(types.contains(family));
    }
  }
  CHECK(types.size() == helped.size());
  CHECK(types.at("whydrop_judgement_duration_seconds") == "summary");
}

TEST_CASE("label values are escaped", "[metrics]") {
  WatchMetrics metrics;
  metrics.sources.push_back({.interface = "a\\b\"c\nd", .lost = 7});
  CHECK(has(metrics, "whydrop_lost_packets_total{interface=\"a\\\\b\\\"c\\nd\"} 7"));
}

TEST_CASE("findings are summed by verdict and server, active and healed apart", "[metrics]") {
  WatchMetrics metrics;
  metrics.findings = {failing("10.0.0.2:443", 3), failing("10.0.0.2:443", 4, true), failing("[fd00::2]:443")};
  metrics.findings.push_back({.verdict = VerdictId::refused, .server = "", .attempts = 9});
  const std::string head = "whydrop_findings{verdict=\"syn-no-reply\",server=\"10.0.0.2:443\",state=";
  CHECK(has(metrics, head + "\"active\"} 1"));
  CHECK(has(metrics, head + "\"healed\"} 1"));
  CHECK(has(metrics, "whydrop_finding_attempts{verdict=\"syn-no-reply\",server=\"10.0.0.2:443\"} 7"));
  CHECK(has(metrics, "whydrop_findings{verdict=\"syn-no-reply\",server=\"[fd00::2]:443\",state=\"healed\"} 0"));
  CHECK(has(metrics, "whydrop_finding_attempts{verdict=\"refused\",server=\"\"} 9"));
}

TEST_CASE("of many servers those that matter most have their own series, the rest one for each verdict", "[metrics]") {
  WatchMetrics metrics;
  for (std::uint64_t server = 0; server < 100; ++server) {
    metrics.findings.push_back(failing(fmt::format("10.0.0.{}:80", server), server + 10, server % 2 != 0));
  }
  CHECK(samples(metrics, "finding_attempts") == 100);
  metrics.findings.push_back(failing("10.0.1.1:80", 1));        // little, but active
  metrics.findings.push_back(failing("10.0.1.2:80", 5, true));  // the least of the healed
  metrics.findings.push_back({.verdict = VerdictId::refused, .server = "10.0.1.3:80", .attempts = 2, .healed = true});
  CHECK(samples(metrics, "finding_attempts") == 102);
  CHECK(has(metrics, "whydrop_finding_attempts{verdict=\"syn-no-reply\",server=\"10.0.1.1:80\"} 1"));
  CHECK(has(metrics, "whydrop_finding_attempts{verdict=\"refused\",server=\"other\"} 2"));
  // 5, and the healed one that gave way to the active one.
  CHECK(has(metrics, "whydrop_finding_attempts{verdict=\"syn-no-reply\",server=\"other\"} 16"));
  CHECK(has(metrics, "whydrop_findings{verdict=\"syn-no-reply\",server=\"other\",state=\"healed\"} 2"));
  for (std::uint64_t server = 0; server < 5000; ++server)
    metrics.findings.push_back(failing(fmt::format("s{}", server)));
  CHECK(samples(metrics, "finding_attempts") <= 100 + 2);
}

TEST_CASE("interfaces beyond the hundredth are summed", "[metrics]") {
  WatchMetrics metrics;
  for (int number = 0; number < 300; ++number) {
    metrics.interfaces.push_back({.interface = fmt::format("veth{}", number), .up = true, .receive_drops = 1});
  }
  CHECK(samples(metrics, "interface_up") == 101);
  CHECK(has(metrics, "whydrop_interface_drops_total{interface=\"other\",direction=\"receive\"} 200"));
}

}  // namespace whydrop
