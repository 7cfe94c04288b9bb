// The outcome of checking captures against their expectations, and its forms: lines, JSON, JUnit, TAP.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/core/time.h"
#include "src/report/paint.h"
#include "src/verdict/verdict.h"

namespace whydrop {

enum class CheckStatus : std::uint8_t {
  pass,
  fail,
  xfail,            ///< does not hold, as the expectation says
  unexpected_pass,  ///< holds, although the expectation says that it does not yet
  blessed,          ///< did not hold, and was rewritten so that it does
  error,            ///< the capture or its expectation could not be read
  skip,             ///< no expectation
};
inline constexpr std::array kCheckStatuses = {CheckStatus::pass,  CheckStatus::fail,    CheckStatus::unexpected_pass,
                                              CheckStatus::error, CheckStatus::blessed, CheckStatus::xfail,
                                              CheckStatus::skip};
std::string_view name(CheckStatus status);
/// Whether it makes the whole corpus a mismatch.
bool is_mismatch(CheckStatus status);

/// How the true cause of one finding was ranked.
struct CauseRank {
  std::string wanted;
  bool family = false;
  std::size_t within = 1;
  std::optional<std::size_t> rank;  ///< from 1; none: not among the causes
};

/// What was thought of the cause that really did it, for one expected finding.
struct TrueCause {
  struct Share {
    std::string family;
    double probability = 0;
  };
  std::string cause;
  bool decided = false;                    ///< the expectation says that these packets single it out
  std::optional<std::size_t> rank;         ///< from 1; none: ruled out, or no cause of this verdict, or nothing found
  std::optional<std::size_t> family_rank;  ///< of the family that has it for this finding
  std::vector<Share> families;             ///< all that was believed, the likeliest first
};

struct CorpusCheck {
  std::string capture;
  std::string expectation;  ///< path; empty where there is none
  CheckStatus status = CheckStatus::skip;
  double seconds = 0;
  std::vector<std::string> details;   ///< what differs, or why nothing could be compared
  std::string reason;                 ///< of an expected failure
  std::vector<VerdictId> matched;     ///< verdicts of findings that were expected and found
  std::vector<VerdictId> missed;      ///< expected, not found
  std::vector<VerdictId> unexpected;  ///< found, not expected
  std::vector<CauseRank> causes;
  std::vector<TrueCause> truths;
};

struct CorpusResult {
  std::vector<CorpusCheck> checks;  ///< in path order
  Time started;                     ///< by the clock on the wall: whoever keeps results asks when
  double seconds = 0;

  std::size_t count(CheckStatus status) const;
};

/// A line per capture, what differs below it, and a summary.
std::string corpus_text(const CorpusResult& result, const Paint& paint);
/// Schema whydrop-corpus/1: counts, precision and recall per verdict, ranks of the causes that were expected, how the
/// true ones fare (corpus_calibration.h), every check.
std::string corpus_json(const CorpusResult& result);
/// Conventions of JUnit XML: the capture is the class, its expectation the test.
std::string corpus_junit(const CorpusResult& result);
/// Test Anything Protocol, version 13.
std::string corpus_tap(const CorpusResult& result);

}  // namespace whydrop
