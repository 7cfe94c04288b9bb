// Picks the test that tells the remaining causes apart best.
//
// A test has outcomes; each cause makes each outcome more or less likely: q(outcome | cause). What a test is expected
// to teach, in bits, is the entropy of its outcome less what stays random once the cause is known:
//     gain = H(sum over causes of p(cause) q(. | cause)) - sum over causes of p(cause) H(q(. | cause))
// By the chain rule this is what it teaches about the family plus what it then teaches about the member, so both
// count without weights of our own. "None of these" is a cause that no check finds and that any capture may show.
// Two kinds of test compete:
//   a check  (a command of the catalog) finds each cause that names it with kCheckFinds, and never another one;
//   a second capture  at the end that the unanswered packets went to shows whether they arrive, and whether an answer
//            leaves again: that separates causes by their place, with certainty.
#pragma once

#include "src/cause/rank.h"

namespace whydrop {

/// How often a check finds the cause that it is written for: people mistype, hosts run another firewall.
inline constexpr double kCheckFinds = 0.9;

/// Empty where nothing is left to tell apart.
NextTest next_test(const Ranking& ranking, const Finding& finding, std::string_view platform);

}  // namespace whydrop
