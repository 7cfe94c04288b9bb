// A corpus result as JUnit XML. There is no specification; these are the conventions that CI systems share.
//
// GitLab shows classname and name and the body of a failure, and nothing else: so the capture is the class, the
// expectation the name, and the difference stands in the body.
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

std::string body(const CorpusCheck& check) {
  std::string text;
  for (const std::string& detail : check.details) text += xml(detail) + '\n';
  return text;
}

std::string outcome(const CorpusCheck& check) {
  switch (check.status) {
    case CheckStatus::pass:
    case CheckStatus::blessed: return "";
    case CheckStatus::fail: return fmt::format("<failure>{}</failure>", body(check));
    case CheckStatus::unexpected_pass:
      return fmt::format("<failure>holds, although it is expected to fail: {}</failure>", xml(check.reason));
    case CheckStatus::error: return fmt::format("<error>{}</error>", body(check));
    case CheckStatus::xfail: return fmt::format("<skipped message=\"expected to fail: {}\"/>", xml(check.reason));
    case CheckStatus::skip: return "<skipped message=\"no expectation\"/>";
  }
  return "";
}

}  // namespace

std::string corpus_junit(const CorpusResult& result) {
  const std::size_t failures = result.count(CheckStatus::fail) + result.count(CheckStatus::unexpected_pass);
  const std::size_t skipped = result.count(CheckStatus::xfail) + result.count(CheckStatus::skip);
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  text += fmt::format(
      "<testsuite name=\"whydrop corpus\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
      result.checks.size(), failures, result.count(CheckStatus::error), skipped, result.seconds);
  for (const CorpusCheck& check : result.checks) {
    const std::string test = std::filesystem::path(check.expectation).filename().string();
    text += fmt::format("<testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">{}</testcase>\n", xml(check.capture),
                        xml(test.empty() ? "expectation" : test), check.seconds, outcome(check));
  }
  return text + "</testsuite>\n</testsuites>\n";
}

}  // namespace whydrop
