// Pairs expected findings with found ones, and tells the pairs that nearly fit what keeps them apart.
//
// Pairing is a maximum matching: two expectations that both fit one finding must not fail because the greedy one took
// it. What stays unpaired is then paired by likeness, only to be shown.
#include "src/app/corpus/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>

#include "src/report/phrases.h"

namespace whydrop {
namespace {

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

/// One field that is not as expected.
struct Difference {
  std::string field;
  std::string expected;
  std::string found;
};
using Differences = std::vector<Difference>;

std::string address_text(const FindingEndpoint& endpoint) {
  return endpoint.address ? to_string(*endpoint.address) : "several";
}

template <typename Ranked>
std::optional<std::size_t> position(const Ranked& ranked, const std::string& id) {
  const auto found = std::ranges::find(ranked, id, [](const auto& one) { return one.id; });
  if (found == ranked.end()) return std::nullopt;
  return static_cast<std::size_t>(found - ranked.begin()) + 1;
}

std::optional<std::size_t> rank_of(const Diagnosis& diagnosis, const ExpectedFinding& expected) {
  if (expected.cause) return position(diagnosis.causes, *expected.cause);
  return position(diagnosis.families, *expected.cause_family);
}

/// `diagnosis` is null where nothing like the finding was found.
TrueCause thought_of_truth(const ExpectedFinding& expected, const Diagnosis* diagnosis) {
  TrueCause truth{
      .cause = *expected.truth, .decided = expected.cause.has_value(), .rank = {}, .family_rank = {}, .families = {}};
  if (diagnosis == nullptr) return truth;
  for (const RankedFamily& family : diagnosis->families) truth.families.push_back({family.id, family.probability});
  truth.rank = position(diagnosis->causes, truth.cause);
  if (truth.rank) truth.family_rank = position(diagnosis->families, diagnosis->causes[*truth.rank - 1].family);
  return truth;
}

std::string first_causes(const Diagnosis& diagnosis, bool families) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> parts;
  const auto add = [&](const auto& ranked) {
    for (const auto& one : ranked) {
      if (parts.size() < kShown) parts.push_back(fmt::format("{} {}", one.id, percent(one.probability)));
    }
  };
  if (families) add(diagnosis.families);
  else add(diagnosis.causes);
  return parts.empty() ? "no cause" : joined(parts);
}

void compare_cause(const ExpectedFinding& expected, const Diagnosis& diagnosis, Differences& out) {
  if (!expected.cause && !expected.cause_family) return;
  const auto rank = rank_of(diagnosis, expected);
  if (rank && *rank <= expected.cause_within) return;
  const std::string wanted =
      expected.cause_within == 1 ? "first" : fmt::format("among the first {}", expected.cause_within);
  const std::string place = rank ? fmt::format("at place {}", *rank) : "nowhere";
  out.push_back(
      {expected.cause ? "cause" : "cause_family",
       fmt::format("{} {}", expected.cause ? *expected.cause : *expected.cause_family, wanted),
       fmt::format("it {}; the first are {}", place, first_causes(diagnosis, expected.cause_family.has_value()))});
}

std::optional<double> number(const std::string& text) {
  double value = 0;
  const char* const text_end = std::to_address(text.end());
  const auto [end, failed] = std::from_chars(std::to_address(text.begin()), text_end, value);
  if (failed != std::errc() || end != text_end) return std::nullopt;
  return value;
}

/// The same text, or the same number in other digits.
bool same_value(const std::string& expected, const std::string& found) {
  if (expected == found) return true;
  const auto a = number(expected);
  const auto b = number(found);
  return a && b && *a == *b;
}

void compare_attributes(const ExpectedFinding& expected, const Finding& found, Differences& out) {
  if (expected.sender) {
    const AttributeValue* const sender = found.attribute("sender");
    const std::string text = sender != nullptr ? to_string(*sender) : "nothing";
    if (!expected.sender->fits(IpAddress::parse(text)))
      out.push_back({"attribute sender", expected.sender->text, text});
  }
  for (const auto& [name, value] : expected.attributes) {
    const AttributeValue* const actual = found.attribute(name);
    const std::string text = actual != nullptr ? to_string(*actual) : "nothing";
    if (actual == nullptr || !same_value(value, text)) out.push_back({"attribute " + name, value, text});
  }
}

Differences differences(const ExpectedFinding& expected, const Diagnosis& diagnosis) {
  const Finding& found = diagnosis.finding;
  Differences out;
  const auto check = [&](const char* field, bool same, std::string wanted, std::string actual) {
    if (!same) out.push_back({field, std::move(wanted), std::move(actual)});
  };
  check("verdict", expected.verdict == found.verdict, std::string(name(expected.verdict)),
        std::string(name(found.verdict)));
  if (expected.transport) {
    check("transport", *expected.transport == found.transport, std::string(name(*expected.transport)),
          std::string(name(found.transport)));
  }
  if (expected.client) {
    check("client", expected.client->fits(found.client.address), to_string(*expected.client),
          address_text(found.client));
  }
  if (expected.server) {
    check("server", expected.server->fits(found.server.address), to_string(*expected.server),
          address_text(found.server));
  }
  if (expected.server_port) {
    check("server_port", expected.server_port == found.server.port, std::to_string(*expected.server_port),
          found.server.port ? std::to_string(*found.server.port) : "none");
  }
  if (expected.count) {
    check("count", expected.count->holds(found.count), to_string(*expected.count), std::to_string(found.count));
  }
  if (expected.vantage) {
    check("vantage", *expected.vantage == found.vantage, std::string(name(*expected.vantage)),
          std::string(name(found.vantage)));
  }
  for (const VerdictId secondary : expected.secondary) {
    check("secondary", std::ranges::find(found.secondary, secondary) != found.secondary.end(),
          std::string(name(secondary)), found.secondary.empty() ? "none" : joined_names(found.secondary));
  }
  compare_attributes(expected, found, out);
  compare_cause(expected, diagnosis, out);
  return out;
}

/// How far apart two findings are; another verdict or other endpoints weigh more than a wrong count.
std::size_t distance(const Differences& differences) {
  std::size_t sum = 0;
  for (const Difference& one : differences) {
    const bool identity = one.field == "verdict" || one.field == "server" || one.field == "server_port";
    sum += identity ? 3 : 1;
  }
  return sum;
}

class Pairing {
 public:
  Pairing(const Expectation& expectation, const Report& report) : partner_(expectation.findings.size(), kNobody) {
    for (const ExpectedFinding& expected : expectation.findings) {
      std::vector<Differences>& row = differences_.emplace_back();
      row.reserve(report.diagnoses.size());
      for (const Diagnosis& diagnosis : report.diagnoses) row.push_back(differences(expected, diagnosis));
    }
    taken_by_.assign(report.diagnoses.size(), kNobody);
    for (std::size_t expected = 0; expected < partner_.size(); ++expected) {
      std::vector<bool> tried(taken_by_.size());
      augment(expected, tried);
    }
  }

  std::size_t partner(std::size_t expected) const { return partner_[expected]; }
  bool is_taken(std::size_t found) const { return taken_by_[found] != kNobody; }
  const Differences& between(std::size_t expected, std::size_t found) const { return differences_[expected][found]; }

  /// The free finding most like this expectation; kNobody when there is none.
  std::size_t nearest_free(std::size_t expected, const std::vector<bool>& shown) const {
    std::size_t best = kNobody;
    for (std::size_t found = 0; found < taken_by_.size(); ++found) {
      if (is_taken(found) || shown[found]) continue;
      if (best == kNobody || distance(between(expected, found)) < distance(between(expected, best))) best = found;
    }
    return best;
  }

 private:
  /// One step of the augmenting-path method. NOLINTNEXTLINE(misc-no-recursion): as deep as findings are expected
  bool augment(std::size_t expected, std::vector<bool>& tried) {
    for (std::size_t found = 0; found < taken_by_.size(); ++found) {
      if (tried[found] || !between(expected, found).empty()) continue;
      tried[found] = true;
      if (taken_by_[found] != kNobody && !augment(taken_by_[found], tried)) continue;
      taken_by_[found] = expected;
      partner_[expected] = found;
      return true;
    }
    return false;
  }

  std::vector<std::vector<Differences>> differences_;
  std::vector<std::size_t> partner_;   ///< of each expectation
  std::vector<std::size_t> taken_by_;  ///< of each finding
};

std::string described(const Finding& finding) {
  const Parties who = parties(finding, ClientPort::hidden);
  return fmt::format("{} {} {} -> {}, count {}", finding_name(finding), name(finding.transport), who.client, who.server,
                     finding.count);
}

/// As endpoints are written in findings: a role has no colon, an IPv6 address has.
std::string address_and_port(const std::string& address, const std::optional<std::uint16_t>& port) {
  if (!port) return address;
  return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, *port)
                                                : fmt::format("[{}]:{}", address, *port);
}

std::string described(const ExpectedFinding& expected) {
  std::string text(name(expected.verdict));
  if (expected.transport) text += fmt::format(" {}", name(*expected.transport));
  if (expected.client) text += ' ' + to_string(*expected.client);
  if (expected.server) text += " -> " + address_and_port(expected.server->text, expected.server_port);
  else if (expected.server_port) text += fmt::format(" -> port {}", *expected.server_port);
  if (expected.count) text += ", count " + to_string(*expected.count);
  return text;
}

void show_missing(const ExpectedFinding& expected, const Finding* nearest, const Differences& apart,
                  std::vector<std::string>& out) {
  out.push_back(fmt::format("expected  {} (line {})", described(expected), expected.line));
  if (nearest == nullptr) {
    out.emplace_back("found     nothing like it");
    return;
  }
  out.push_back("found     " + described(*nearest));
  for (const Difference& one : apart) {
    out.push_back(fmt::format("  {}: expected {}, found {}", one.field, one.expected, one.found));
  }
}

void compare_findings(const Expectation& expectation, const Report& report, Comparison& result) {
  const Pairing pairing(expectation, report);
  std::vector<bool> shown(report.diagnoses.size());
  for (std::size_t at = 0; at < expectation.findings.size(); ++at) {
    const ExpectedFinding& expected = expectation.findings[at];
    const bool fits = pairing.partner(at) != kNobody;
    const std::size_t found = fits ? pairing.partner(at) : pairing.nearest_free(at, shown);
    (fits ? result.matched : result.missed).push_back(expected.verdict);
    result.partners.push_back(fits ? std::optional(found) : std::nullopt);
    const Diagnosis* const diagnosis = found == kNobody ? nullptr : &report.diagnoses[found];
    if (expected.truth) result.truths.push_back(thought_of_truth(expected, diagnosis));
    if ((expected.cause || expected.cause_family) && found != kNobody) {
      result.causes.push_back({.wanted = expected.cause ? *expected.cause : *expected.cause_family,
                               .family = expected.cause_family.has_value(),
                               .within = expected.cause_within,
                               .rank = rank_of(report.diagnoses[found], expected)});
    }
    if (fits) continue;
    if (found == kNobody) {
      show_missing(expected, nullptr, {}, result.differences);
      continue;
    }
    shown[found] = true;
    show_missing(expected, &report.diagnoses[found].finding, pairing.between(at, found), result.differences);
  }
  for (std::size_t found = 0; found < report.diagnoses.size(); ++found) {
    const Finding& finding = report.diagnoses[found].finding;
    if (pairing.is_taken(found) || !is_unwanted(finding, expectation)) continue;
    result.unexpected.push_back(finding.verdict);
    if (!shown[found]) result.differences.push_back("found     " + described(finding) + ": not expected");
  }
}

void compare_absent(const Expectation& expectation, const Report& report, Comparison& result) {
  for (const Diagnosis& diagnosis : report.diagnoses) {
    const Finding& finding = diagnosis.finding;
    if (std::ranges::find(expectation.absent, finding.verdict) == expectation.absent.end()) continue;
    result.differences.push_back("found     " + described(finding) + ": must be absent");
  }
}

void compare_quality(const Expectation& expectation, const Report& report, Comparison& result) {
  std::vector<std::string> found;
  found.reserve(report.capture.quality.size());
  for (const QualityNote& note : report.capture.quality) found.emplace_back(name(note.id));
  for (const QualityId wanted : expectation.quality) {
    if (std::ranges::find(found, name(wanted)) != found.end()) continue;
    result.differences.push_back(
        fmt::format("quality: expected {}, found {}", name(wanted), found.empty() ? "none" : joined(found)));
  }
}

}  // namespace

bool is_unwanted(const Finding& finding, const Expectation& expectation) {
  if (expectation.allow_others) return false;
  return !expectation.none || finding.severity != Severity::information;
}

Comparison compare(const Expectation& expectation, const Report& report) {
  Comparison result;
  compare_findings(expectation, report, result);
  compare_absent(expectation, report, result);
  compare_quality(expectation, report, result);
  return result;
}

}  // namespace whydrop
