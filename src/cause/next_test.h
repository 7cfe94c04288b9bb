// Picks the test that tells the remaining causes apart best.
//
// A test has outcomes; each cause makes each outcome more or less likely: q(outcome | cause). What a test is expected
// to teach, in bits, is the entropy of its outcome less what stays random once the cause is known:
//     gain = H(sum over causes of p(cause) q(. | cause)) - sum over causes of p(cause) H(q(. | cause))
// By the chain rule this is what it teaches about the family plus what it then teaches about the member, so both
// count without weights of our own. "None of these" is a cause that no check finds and that any capture may show.
// Two kinds of test compete:
//   a check  (a command of the catalog) finds each cause that names it, unless the network runs another system, tells
//            those apart, and finds no other;
//   a second capture  at the end that the unanswered packets went to shows whether they arrive, and whether an answer
//            leaves again: that separates causes by their place. It is not proposed where the likeliest cause is that
//            there is no server to capture at.
// Where one cause is nearly certain, nothing is left to separate: its own first check proves it.
#pragma once

#include "src/cause/rank.h"

namespace whydrop {

/// From this probability on, a cause is to be proven rather than separated from others: whoever is woken at night
/// expects the command that proves the cause named above it.
inline constexpr double kNearlyCertain = 0.75;

/// Empty where nothing is left to tell apart. `diagnosis` has its finding, and its causes with their checks.
NextTest next_test(const Ranking& ranking, const Diagnosis& diagnosis, std::string_view platform);

}  // namespace whydrop
