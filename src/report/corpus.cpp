// What all forms of a corpus result say with the same words.
#include "src/report/corpus.h"

#include <algorithm>

namespace whydrop {

std::string_view name(CheckStatus status) {
  switch (status) {
    case CheckStatus::pass: return "pass";
    case CheckStatus::fail: return "fail";
    case CheckStatus::xfail: return "xfail";
    case CheckStatus::unexpected_pass: return "unexpected-pass";
    case CheckStatus::blessed: return "blessed";
    case CheckStatus::error: return "error";
    case CheckStatus::skip: return "skip";
  }
  return "";
}

bool is_mismatch(CheckStatus status) { return status == CheckStatus::fail || status == CheckStatus::unexpected_pass; }

std::size_t CorpusResult::count(CheckStatus status) const {
  return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(),
                                                [status](const CorpusCheck& check) { return check.status == status; }));
}

}  // namespace whydrop
