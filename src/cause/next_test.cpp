// Picks the test that tells the remaining causes apart best.
#include "src/cause/next_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "src/cause/placeholders.h"

namespace whydrop {
namespace {

/// Probabilities of a test's outcomes.
using Outcomes = std::vector<double>;

double entropy(const Outcomes& outcomes) {
  double bits = 0;
  for (const double share : outcomes) {
    if (share > 0) bits -= share * std::log2(share);
  }
  return bits;
}

/// What running a test is worth: how much less is unknown about its outcome once the cause is known.
class Gain {
 public:
  explicit Gain(std::size_t outcomes) : expected_(outcomes) {}

  /// A cause of this probability, and what the test shows then.
  void add(double probability, const Outcomes& shown) {
    for (std::size_t at = 0; at < shown.size(); ++at) expected_[at] += probability * shown[at];
    known_ += probability * entropy(shown);
  }
  /// The same where it shows its last outcome for sure.
  void add_last(double probability) { expected_.back() += probability; }

  const Outcomes& expected() const { return expected_; }
  double bits() const { return entropy(expected_) - known_; }

 private:
  Outcomes expected_;
  double known_ = 0;
};

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

/// A test, and what it is worth in bits.
struct Candidate {
  NextTest test;
  double gain = 0;
};

std::optional<Candidate> second_capture(const Ranking& ranking, const Finding& finding) {
  if (!is_about_silence(finding)) return std::nullopt;
  if (ranking.causes.empty() || ranking.causes.front().explanation->place == Place::no_server) return std::nullopt;
  const bool at_server = finding.exemplars.empty() ||
                         fact::unanswered_side(finding.exemplars.front()) == finding.exemplars.front().record.initiator;
  if (finding.vantage == (at_server ? Vantage::server : Vantage::client)) return std::nullopt;
  const auto command = filled("tcpdump -ni any '{capture_filter}'", finding);
  const auto receiver = filled(at_server ? "{server}" : "{client}", finding);
  if (!command || !receiver) return std::nullopt;
  Gain gain(kSights);
  for (const ScoredCause& cause : ranking.causes)
    gain.add(cause.probability, sights(cause.explanation->place, at_server));
  gain.add(ranking.none_of_these, sights_of_unknown());
  Candidate candidate{.test = {}, .gain = gain.bits()};
  candidate.test.command = *command;
  candidate.test.where = fmt::format("on {}, during a new attempt", *receiver);
  candidate.test.outcomes = sight_texts(gain.expected());
  return candidate;
}

// Checks ----------------------------------------------------------------------------------------------------------

// A check finds its cause only on the system that it is for. Entries name the systems in the order in which they are
// met; a known platform comes first. (nft list ruleset also shows what iptables, firewalld and ufw have set.)
constexpr double kWorthNaming = 0.03;  // of a cause that a check would show besides
constexpr double kMet[] = {1, 0.6, 0.4, 0.3, 0.2};

/// A ranked cause, and its check that names the command.
struct Proof {
  std::size_t cause;
  const Check* check;
  double found;  ///< how likely it is to print what proves it, when the cause is the one
};

/// Checks that name the same command.
struct CheckCandidate {
  std::vector<Proof> proofs;  ///< in the order of their causes; never empty

  const Check& check() const { return *proofs.front().check; }
};

/// Those for other systems are of no use where the platform is known and has its own.
std::span<const Check> useful(std::span<const Check> checks, std::string_view platform) {
  return !checks.empty() && checks.front().system == platform ? checks.first(1) : checks;
}

/// Every command of the ranked causes once, with all causes that name it.
std::vector<CheckCandidate> check_candidates(std::span<const RankedCause> causes, std::string_view platform) {
  std::vector<CheckCandidate> candidates;
  for (std::size_t cause = 0; cause < causes.size(); ++cause) {
    const std::span<const Check> checks = useful(causes[cause].checks, platform);
    for (std::size_t at = 0; at < checks.size(); ++at) {
      const Check& check = checks[at];
      auto known = std::ranges::find_if(candidates, [&](const CheckCandidate& candidate) {
        return candidate.check().command == check.command && candidate.check().where == check.where;
      });
      if (known == candidates.end()) known = candidates.insert(known, CheckCandidate{});
      known->proofs.push_back({.cause = cause, .check = &check, .found = kMet[std::min(at, std::size(kMet) - 1)]});
    }
  }
  return candidates;
}

double gain(const CheckCandidate& candidate, const Ranking& ranking) {
  const std::size_t found_nothing = candidate.proofs.size();
  Gain gain(found_nothing + 1);
  std::size_t next = 0;
  for (std::size_t cause = 0; cause < ranking.causes.size(); ++cause) {
    const double probability = ranking.causes[cause].probability;
    if (next == candidate.proofs.size() || candidate.proofs[next].cause != cause) {
      gain.add_last(probability);
      continue;
    }
    Outcomes shown(found_nothing + 1);
    for (; next < candidate.proofs.size() && candidate.proofs[next].cause == cause; ++next) {
      shown[next] = candidate.proofs[next].found;
      shown[found_nothing] = 1 - candidate.proofs[next].found;
    }
    gain.add(probability, shown);
  }
  gain.add_last(ranking.none_of_these);
  return gain.bits();
}

NextTest as_test(const CheckCandidate& candidate, const Ranking& ranking) {
  const auto probability = [&](const Proof& proof) { return ranking.causes[proof.cause].probability; };
  NextTest test;
  for (std::size_t at = 0; at < candidate.proofs.size(); ++at) {
    const Proof& proof = candidate.proofs[at];
    if (at != 0 && probability(proof) < kWorthNaming) continue;
    test.outcomes.push_back(fmt::format("{} -> {} ({:.0f}%)", proof.check->proves,
                                        ranking.causes[proof.cause].entry->id, probability(proof) * 100));
  }
  test.command = candidate.check().command;
  test.where = candidate.check().where;
  test.otherwise = ranking.causes[candidate.proofs.front().cause].entry->otherwise;
  return test;
}

}  // namespace

std::string NextTest::why() const {
  return fmt::format("{}; {}{}{}", where, fmt::join(outcomes, "; "), otherwise.empty() ? "" : "; else ", otherwise);
}

NextTest next_test(const Ranking& ranking, const Diagnosis& diagnosis, std::string_view platform) {
  constexpr double kWorthRunning = 0.01;  // bits
  const std::vector<CheckCandidate> checks = check_candidates(diagnosis.causes, platform);
  const bool nearly_certain = !ranking.causes.empty() && ranking.causes.front().probability >= kNearlyCertain;
  if (nearly_certain && !checks.empty()) return as_test(checks.front(), ranking);

  const auto capture = second_capture(ranking, diagnosis.finding);
  double best_gain = std::max(kWorthRunning, capture ? capture->gain : 0);
  const CheckCandidate* best = nullptr;
  for (const CheckCandidate& check : checks) {
    const double check_gain = gain(check, ranking);
    if (check_gain <= best_gain) continue;
    best_gain = check_gain;
    best = &check;
  }
  if (best != nullptr) return as_test(*best, ranking);
  return capture && capture->gain > kWorthRunning ? capture->test : NextTest{};
}

}  // namespace whydrop
