// Picks the test that tells the remaining causes apart best.
#include "src/cause/next_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/cause/placeholders.h"

namespace whydrop {
namespace {

/// Probabilities of a test's outcomes.
using Outcomes = std::vector<double>;

struct Candidate {
  NextTest test;
  std::vector<Outcomes> given;  ///< one for each ranked cause, the last for none of these
};

double entropy(const Outcomes& outcomes) {
  double bits = 0;
  for (const double share : outcomes) {
    if (share > 0) bits -= share * std::log2(share);
  }
  return bits;
}

std::vector<double> probabilities(const Ranking& ranking) {
  std::vector<double> shares;
  shares.reserve(ranking.causes.size() + 1);
  for (const ScoredCause& cause : ranking.causes) shares.push_back(cause.probability);
  shares.push_back(ranking.none_of_these);
  return shares;
}

Outcomes expected(const std::vector<Outcomes>& given, const std::vector<double>& causes) {
  Outcomes sum(given.front().size());
  for (std::size_t cause = 0; cause < given.size(); ++cause) {
    for (std::size_t at = 0; at < sum.size(); ++at) sum[at] += causes[cause] * given[cause][at];
  }
  return sum;
}

double gain(const std::vector<Outcomes>& given, const std::vector<double>& causes) {
  double known = 0;
  for (std::size_t cause = 0; cause < given.size(); ++cause) known += causes[cause] * entropy(given[cause]);
  return entropy(expected(given, causes)) - known;
}

// A second capture ------------------------------------------------------------------------------------------------

// Outcomes of a capture at the receiver of the unanswered packets.
constexpr std::size_t kNeverArrive = 0;
constexpr std::size_t kArrive = 1;  // and nothing leaves
constexpr std::size_t kAnswered = 2;
constexpr std::size_t kNowhereToRun = 3;
constexpr std::size_t kSights = 4;

/// What that capture shows when the cause lies at `place`.
Outcomes sights(Place place, bool at_server) {
  Outcomes shares(kSights);
  switch (place) {
    case Place::request_path: shares[kNeverArrive] = 1; break;
    case Place::server: shares[at_server ? kArrive : kNeverArrive] = 1; break;
    case Place::return_path: shares[at_server ? kAnswered : kNeverArrive] = 1; break;
    case Place::either_path:
      shares[kNeverArrive] = at_server ? 0.5 : 1;
      shares[kAnswered] = at_server ? 0.5 : 0;
      break;
    case Place::client: shares[at_server ? kAnswered : kArrive] = 1; break;
    case Place::no_server: shares[at_server ? kNowhereToRun : kNeverArrive] = 1; break;
    case Place::capture: shares[kAnswered] = 1; break;
  }
  return shares;
}

Outcomes sights_of_unknown() {
  Outcomes shares(kSights, 1.0 / 3);
  shares[kNowhereToRun] = 0;
  return shares;
}

struct SightText {
  std::string_view what;
  std::string_view meaning;
};
constexpr SightText kSightTexts[] = {{"packets never arrive", ": lost on the way there"},
                                     {"they arrive and nothing leaves", ": lost in this host"},
                                     {"an answer leaves", ": lost on the way back"},
                                     {"there is no host to run it on", ""}};

std::vector<std::string> sight_texts(const Outcomes& shares) {
  constexpr double kWorthSaying = 0.01;
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < shares.size(); ++at) {
    const auto& [what, meaning] = kSightTexts[at];
    if (shares[at] >= kWorthSaying) texts.push_back(fmt::format("{} ({:.0f}%){}", what, shares[at] * 100, meaning));
  }
  return texts;
}

/// Packets went out and nothing came back: elsewhere they can still be met.
bool is_about_silence(const Finding& finding) {
  const bool rejected = finding.verdict == VerdictId::refused || finding.verdict == VerdictId::unreachable;
  return !rejected && finding.transport != Transport::arp && finding.transport != Transport::nd;
}

std::optional<Candidate> second_capture(const Ranking& ranking, const Finding& finding) {
  if (!is_about_silence(finding)) return std::nullopt;
  if (ranking.causes.empty() || ranking.causes.front().explanation->place == Place::no_server) return std::nullopt;
  const bool at_server = finding.exemplars.empty() ||
                         fact::unanswered_side(finding.exemplars.front()) == finding.exemplars.front().record.initiator;
  if (finding.vantage == (at_server ? Vantage::server : Vantage::client)) return std::nullopt;
  const auto command = filled("tcpdump -ni any '{capture_filter}'", finding);
  const auto receiver = filled(at_server ? "{server}" : "{client}", finding);
  if (!command || !receiver) return std::nullopt;
  Candidate candidate;
  for (const ScoredCause& cause : ranking.causes) {
    candidate.given.push_back(sights(cause.explanation->place, at_server));
  }
  candidate.given.push_back(sights_of_unknown());
  candidate.test.command = *command;
  candidate.test.where = fmt::format("on {}, during a new attempt", *receiver);
  candidate.test.outcomes = sight_texts(expected(candidate.given, probabilities(ranking)));
  return candidate;
}

// Checks ----------------------------------------------------------------------------------------------------------

// A check finds its cause only on the system that it is for. Entries name the systems in the order in which they are
// met; a known platform comes first. (nft list ruleset also shows what iptables, firewalld and ufw have set.)
constexpr double kWorthNaming = 0.03;  // of a cause that a check would show besides
constexpr double kMet[] = {1, 0.6, 0.4, 0.3, 0.2};

/// A ranked cause that names the command, and what the command then prints.
struct Proof {
  std::size_t cause;
  std::string proves;
  double found;  ///< how likely it is to print that, when the cause is the one
};

struct CheckCandidate {
  std::string command;
  std::string where;
  std::vector<Proof> proofs;
};

/// The checks of one cause; those for other systems are of no use where the platform is known and has its own.
std::vector<Check> useful_checks(const CauseEntry& entry, const Finding& finding, std::string_view platform) {
  std::vector<Check> checks = filled(entry.checks, finding, platform);
  if (!checks.empty() && checks.front().system == platform) checks.erase(checks.begin() + 1, checks.end());
  return checks;
}

/// Every command of the ranked causes once, with all causes that name it.
std::vector<CheckCandidate> check_candidates(const Ranking& ranking, const Finding& finding,
                                             std::string_view platform) {
  std::vector<CheckCandidate> candidates;
  for (std::size_t cause = 0; cause < ranking.causes.size(); ++cause) {
    std::vector<Check> checks = useful_checks(*ranking.causes[cause].entry, finding, platform);
    for (std::size_t at = 0; at < checks.size(); ++at) {
      Check& check = checks[at];
      auto known = std::ranges::find_if(candidates, [&](const CheckCandidate& candidate) {
        return candidate.command == check.command && candidate.where == check.where;
      });
      if (known == candidates.end()) {
        candidates.push_back({.command = check.command, .where = check.where, .proofs = {}});
        known = std::prev(candidates.end());
      }
      known->proofs.push_back(
          {.cause = cause, .proves = std::move(check.proves), .found = kMet[std::min(at, std::size(kMet) - 1)]});
    }
  }
  return candidates;
}

Candidate as_candidate(const CheckCandidate& check, const Ranking& ranking) {
  const std::size_t found_nothing = check.proofs.size();
  Candidate candidate;
  Outcomes not_found(check.proofs.size() + 1);
  not_found[found_nothing] = 1;
  candidate.given.assign(ranking.causes.size() + 1, not_found);
  const auto probability = [&](const Proof& proof) { return ranking.causes[proof.cause].probability; };
  for (std::size_t at = 0; at < check.proofs.size(); ++at) {
    const Proof& proof = check.proofs[at];
    candidate.given[proof.cause][at] = proof.found;
    candidate.given[proof.cause][found_nothing] = 1 - proof.found;
    if (at != 0 && probability(proof) < kWorthNaming) continue;
    candidate.test.outcomes.push_back(fmt::format("{} -> {} ({:.0f}%)", proof.proves,
                                                  ranking.causes[proof.cause].entry->id, probability(proof) * 100));
  }
  candidate.test.command = check.command;
  candidate.test.where = check.where;
  candidate.test.otherwise = ranking.causes[check.proofs.front().cause].entry->otherwise;
  return candidate;
}

}  // namespace

std::string NextTest::why() const {
  return fmt::format("{}; {}{}{}", where, fmt::join(outcomes, "; "), otherwise.empty() ? "" : "; else ", otherwise);
}

NextTest next_test(const Ranking& ranking, const Finding& finding, std::string_view platform) {
  constexpr double kWorthRunning = 0.01;  // bits
  const std::vector<CheckCandidate> checks = check_candidates(ranking, finding, platform);
  const bool nearly_certain = !ranking.causes.empty() && ranking.causes.front().probability >= kNearlyCertain;
  if (nearly_certain && !checks.empty()) return as_candidate(checks.front(), ranking).test;

  std::vector<Candidate> candidates;
  if (auto capture = second_capture(ranking, finding)) candidates.push_back(std::move(*capture));
  for (const CheckCandidate& check : checks) candidates.push_back(as_candidate(check, ranking));
  const std::vector<double> causes = probabilities(ranking);
  NextTest best;
  double best_gain = kWorthRunning;
  for (Candidate& candidate : candidates) {
    const double candidate_gain = gain(candidate.given, causes);
    if (candidate_gain <= best_gain) continue;
    best_gain = candidate_gain;
    best = std::move(candidate.test);
  }
  return best;
}

}  // namespace whydrop
