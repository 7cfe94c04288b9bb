// A corpus result in the Test Anything Protocol, version 13 (https://testanything.org).
#include <fmt/format.h>

#include <algorithm>

#include "src/report/corpus.h"
#include "src/report/layout.h"

namespace whydrop {
namespace {

/// A '#' would start a directive.
std::string description(std::string_view text) {
  std::string out = printable(text);
  std::ranges::replace(out, '#', '_');
  return out;
}

std::string directive(const CorpusCheck& check) {
  switch (check.status) {
    case CheckStatus::skip: return " # SKIP no expectation";
    case CheckStatus::xfail:
    case CheckStatus::unexpected_pass: return " # TODO " + description(check.reason);
    case CheckStatus::pass:
    case CheckStatus::fail:
    case CheckStatus::blessed:
    case CheckStatus::error: return "";
  }
  return "";
}

bool is_ok(CheckStatus status) {
  return status != CheckStatus::fail && status != CheckStatus::error && status != CheckStatus::xfail;
}

}  // namespace

std::string corpus_tap(const CorpusResult& result) {
  std::string text = fmt::format("TAP version 13\n1..{}\n", result.checks.size());
  for (std::size_t at = 0; at < result.checks.size(); ++at) {
    const CorpusCheck& check = result.checks[at];
    text += fmt::format("{} {} - {}{}\n", is_ok(check.status) ? "ok" : "not ok", at + 1, description(check.capture),
                        directive(check));
    for (const std::string& detail : check.details) text += fmt::format("# {}\n", printable(detail));
  }
  return text;
}

}  // namespace whydrop
