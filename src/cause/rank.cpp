// Ranks the catalog's causes for one finding.
#include "src/cause/rank.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace whydrop {
namespace {

/// Every predicate's answer, asked once per finding.
class Answers {
 public:
  explicit Answers(const Case& about) {
    for (const PredicateInfo& predicate : all_predicates()) answers_.push_back(predicate.ask(about));
  }

  /// "not NAME" turns the answer around; its sentence stays true.
  std::pair<Truth, const std::string&> to(const EvidenceWeight& evidence) const {
    const Answer& answer = answers_[static_cast<std::size_t>(evidence.predicate)];
    if (!evidence.negated || answer.truth == Truth::unknown) return {answer.truth, answer.because};
    return {answer.truth == Truth::holds ? Truth::contrary : Truth::holds, answer.because};
  }

 private:
  std::vector<Answer> answers_;
};

std::string term_name(const EvidenceWeight& evidence) {
  return (evidence.negated ? "not " : "") + std::string(info(evidence.predicate).name);
}

std::optional<std::string> rule_out(const CauseEntry& entry, const Answers& answers) {
  for (const EvidenceWeight& evidence : entry.evidence) {
    const auto& [truth, because] = answers.to(evidence);
    if (evidence.rules_out && truth == Truth::contrary) return because;
  }
  return std::nullopt;
}

struct Reason {
  double weight = 0;
  std::string because;
};

std::vector<std::string> heaviest_first(std::vector<Reason> reasons) {
  std::ranges::stable_sort(reasons, [](const Reason& a, const Reason& b) { return a.weight > b.weight; });
  std::vector<std::string> sentences;
  for (Reason& reason : reasons) sentences.push_back(std::move(reason.because));
  return sentences;
}

ScoredCause scored(const CauseEntry& entry, const Explanation& explanation, const Answers& answers) {
  ScoredCause cause;
  cause.entry = &entry;
  cause.explanation = &explanation;
  cause.terms.push_back({.what = "prior", .weight = std::log(explanation.prior)});
  std::vector<Reason> reasons_for;
  std::vector<Reason> reasons_against;
  for (const EvidenceWeight& evidence : entry.evidence) {
    const auto& [truth, because] = answers.to(evidence);
    if (truth == Truth::holds && evidence.weight_for > 0) {
      cause.terms.push_back({.what = term_name(evidence), .weight = evidence.weight_for});
      reasons_for.push_back({evidence.weight_for, because});
    } else if (truth == Truth::contrary && evidence.weight_against > 0) {
      cause.terms.push_back({.what = term_name(evidence), .weight = -evidence.weight_against});
      reasons_against.push_back({evidence.weight_against, because});
    }
  }
  cause.reasons_for = heaviest_first(std::move(reasons_for));
  cause.reasons_against = heaviest_first(std::move(reasons_against));
  return cause;
}

double score(const ScoredCause& cause) {
  double sum = 0;
  for (const ScoreTerm& term : cause.terms) sum += term.weight;
  return sum;
}

/// Sets the causes' probabilities; returns what is left for none of them.
double normalise(std::vector<ScoredCause>& causes) {
  double total = kNoneOfThesePrior;
  for (ScoredCause& cause : causes) total += cause.probability = std::exp(score(cause));
  for (ScoredCause& cause : causes) cause.probability /= total;
  return kNoneOfThesePrior / total;
}

/// Families by their sum, members by probability; equal ones in catalog order.
void sort_by_family(Ranking& ranking) {
  std::map<std::string, double, std::less<>> sums;
  for (const ScoredCause& cause : ranking.causes) sums[cause.explanation->family] += cause.probability;
  std::ranges::stable_sort(ranking.causes, [&](const ScoredCause& a, const ScoredCause& b) {
    const std::string& family_a = a.explanation->family;
    const std::string& family_b = b.explanation->family;
    if (family_a == family_b) return a.probability > b.probability;
    return std::pair(-sums[family_a], family_a) < std::pair(-sums[family_b], family_b);
  });
  for (std::size_t at = 0; at < ranking.causes.size(); ++at) {
    const std::string& family = ranking.causes[at].explanation->family;
    if (ranking.families.empty() || ranking.families.back().id != family) {
      ranking.families.push_back({.id = family, .probability = sums[family], .members = {}});
    }
    ranking.families.back().members.push_back(at);
  }
}

}  // namespace

Ranking rank(const Catalog& catalog, const Case& about) {
  const Answers answers(about);
  Ranking ranking;
  for (const CauseEntry& entry : catalog.causes()) {
    const Explanation* explanation = entry.explanation_for(about.finding);
    if (explanation == nullptr) continue;
    if (auto because = rule_out(entry, answers)) {
      ranking.ruled_out.push_back({.id = entry.id, .title = entry.title, .because = std::move(*because)});
    } else {
      ranking.causes.push_back(scored(entry, *explanation, answers));
    }
  }
  ranking.none_of_these = normalise(ranking.causes);
  sort_by_family(ranking);
  return ranking;
}

}  // namespace whydrop
