// A corpus result as JUnit XML. There is no specification; these are the conventions that CI systems share.
//
// GitLab shows classname and name and the body of a failure, and nothing else: so the capture is the class, the
// expectation the name, and the difference stands in the body. Jenkins titles a failure with its message. Everything
// else is there since Ant's schema, the strictest one, asks for it.
#include <fmt/format.h>

#include <filesystem>

#include "src/report/corpus.h"
#include "src/report/layout.h"

namespace whydrop {
namespace {

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string problem(std::string_view element, std::string_view type, const std::vector<std::string>& details) {
  std::string body;
  for (const std::string& detail : details) body += xml(detail) + '\n';
  return fmt::format("<{0} type=\"{1}\" message=\"{2}\">{3}</{0}>", element, type,
                     details.empty() ? "" : xml(details.front()), body);
}

std::string outcome(const CorpusCheck& check) {
  switch (check.status) {
    case CheckStatus::pass:
    case CheckStatus::blessed: return "";
    case CheckStatus::fail: return problem("failure", "mismatch", check.details);
    case CheckStatus::unexpected_pass:
      return problem("failure", name(check.status), {"holds, although marked as xfail: " + check.reason});
    case CheckStatus::error: return problem("error", "unreadable", check.details);
    case CheckStatus::xfail: return fmt::format("<skipped message=\"expected to fail: {}\"/>", xml(check.reason));
    case CheckStatus::skip: return "<skipped message=\"no expectation\"/>";
  }
  return "";
}

/// Without a time zone, as the schemas have it; UTC.
std::string timestamp(Time time) { return rfc3339(time).substr(0, std::string_view("2026-11-21T05:25:37").size()); }

}  // namespace

std::string corpus_junit(const CorpusResult& result) {
  const std::size_t failures = result.count(CheckStatus::fail) + result.count(CheckStatus::unexpected_pass);
  const std::size_t skipped = result.count(CheckStatus::xfail) + result.count(CheckStatus::skip);
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  text += fmt::format(
      "<testsuite id=\"0\" package=\"whydrop\" name=\"whydrop corpus\" timestamp=\"{}\" hostname=\"localhost\" "
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n<properties/>\n",
      timestamp(result.started), result.checks.size(), failures, result.count(CheckStatus::error), skipped,
      result.seconds);
  for (const CorpusCheck& check : result.checks) {
    const std::string test = std::filesystem::path(check.expectation).filename().string();
    text += fmt::format("<testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">{}</testcase>\n", xml(check.capture),
                        xml(test.empty() ? "expectation" : test), check.seconds, outcome(check));
  }
  return text + "<system-out/>\n<system-err/>\n</testsuite>\n</testsuites>\n";
}

}  // namespace whydrop
