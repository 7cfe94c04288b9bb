// A corpus result as lines: what passes takes one, what differs says how.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "src/core/text.h"
#include "src/report/corpus.h"
#include "src/report/layout.h"

namespace whydrop {
namespace {

std::string painted(CheckStatus status, const Paint& paint) {
  switch (status) {
    case CheckStatus::pass: return "pass ";
    case CheckStatus::fail: return paint.red("FAIL ");
    case CheckStatus::xfail: return paint.yellow("xfail");
    case CheckStatus::unexpected_pass: return paint.red("XPASS");
    case CheckStatus::blessed: return paint.yellow("bless");
    case CheckStatus::error: return paint.red("ERROR");
    case CheckStatus::skip: return paint.dim("skip ");
  }
  return "";
}

std::string file_name(const std::string& path) { return printable(std::filesystem::path(path).filename().string()); }

std::string milliseconds(double seconds) { return fmt::format("{:.0f} ms", seconds * 1e3); }

std::string check_line(const CorpusCheck& check, const Paint& paint) {
  std::string line = fmt::format("{} {}", painted(check.status, paint), printable(check.capture));
  if (check.status == CheckStatus::skip) return line + ": no expectation beside it";
  line += fmt::format(" ({})", milliseconds(check.seconds));
  if (check.status == CheckStatus::fail) line += ": not as " + file_name(check.expectation) + " says";
  if (check.status == CheckStatus::blessed) line += ": wrote " + file_name(check.expectation);
  if (check.status == CheckStatus::unexpected_pass) line += ": holds, although marked as xfail";
  if (!check.reason.empty()) line += ": " + printable(check.reason);
  return line;
}

/// A difference on as many lines as the screen needs; errors are searched for, and stay in one piece.
std::string detail_lines(const std::string& detail, CheckStatus status) {
  const std::size_t indent = 6 + std::min(detail.find_first_not_of(' '), detail.size());
  const std::string line = "      " + printable(detail);
  if (status == CheckStatus::error || display_width(line) <= kScreenWidth) return line + '\n';
  std::string text;
  for (const std::string& part : wrap(printable(detail), kScreenWidth - indent - 2)) {
    text += std::string(text.empty() ? indent : indent + 2, ' ') + part + '\n';
  }
  return text;
}

/// What to do about surprises.
std::string advice(const CorpusResult& result) {
  std::string text;
  if (result.count(CheckStatus::fail) != 0) {
    text += "FAIL: if what was found is right, --bless writes it into the expectation.\n";
  }
  if (result.count(CheckStatus::unexpected_pass) != 0) text += "XPASS: remove the xfail line from the expectation.\n";
  return text;
}

/// Details explain what is wrong; what is known to be wrong has its reason already.
bool details_wanted(CheckStatus status) {
  return status == CheckStatus::fail || status == CheckStatus::error || status == CheckStatus::blessed;
}

std::string summary(const CorpusResult& result) {
  std::string text = counted(result.checks.size(), "capture");
  for (const CheckStatus status : kCheckStatuses) {
    if (const std::size_t count = result.count(status); count != 0) {
      text += fmt::format(", {} {}", grouped(count), name(status));
    }
  }
  return fmt::format("{}, in {}", text, milliseconds(result.seconds));
}

}  // namespace

std::string corpus_text(const CorpusResult& result, const Paint& paint) {
  std::string text;
  for (const CorpusCheck& check : result.checks) {
    text += check_line(check, paint) + '\n';
    if (!details_wanted(check.status)) continue;
    for (const std::string& detail : check.details) text += detail_lines(detail, check.status);
  }
  return text + summary(result) + '\n' + advice(result);
}

}  // namespace whydrop
