// Ranks the catalog's causes for one finding.
#include "src/cause/rank.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <tuple>
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

/// Sentences by weight, heaviest first; equal ones stay in the entry's order.
using Reasons = std::multimap<double, std::string, std::greater<>>;

std::vector<std::string> sentences(const Reasons& reasons) {
  std::vector<std::string> all;
  for (const auto& [weight, because] : reasons) all.push_back(because);
  return all;
}

ScoredCause scored(const CauseEntry& entry, const Explanation& explanation, const Answers& answers) {
  ScoredCause cause;
  cause.entry = &entry;
  cause.explanation = &explanation;
  cause.terms.push_back({.what = "prior", .weight = std::log(explanation.prior)});
  Reasons reasons_for;
  Reasons reasons_against;
  for (const EvidenceWeight& evidence : entry.evidence) {
    const auto& [truth, because] = answers.to(evidence);
    if (truth == Truth::holds && evidence.weight_for > 0) {
      cause.terms.push_back({.what = term_name(evidence), .weight = evidence.weight_for});
      reasons_for.emplace(evidence.weight_for, because);
    } else if (truth == Truth::contrary && evidence.weight_against > 0) {
      cause.terms.push_back({.what = term_name(evidence), .weight = -evidence.weight_against});
      reasons_against.emplace(evidence.weight_against, because);
    }
  }
  cause.reasons_for = sentences(reasons_for);
  cause.reasons_against = sentences(reasons_against);
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
void sort_by_family(const Catalog& catalog, Ranking& ranking) {
  std::map<std::string_view, double> sums;
  for (const ScoredCause& cause : ranking.causes) sums[cause.explanation->family] += cause.probability;
  // Looked up once a cause, not once a comparison.
  using Place = std::tuple<double, std::string_view, double, const CauseEntry*, std::size_t>;
  std::vector<Place> places;
  for (const ScoredCause& cause : ranking.causes) {
    const std::string_view family = cause.explanation->family;
    places.emplace_back(-sums[family], family, -cause.probability, cause.entry, places.size());
  }
  std::ranges::sort(places);
  std::vector<ScoredCause> sorted;
  for (const Place& place : places) sorted.push_back(std::move(ranking.causes[std::get<std::size_t>(place)]));
  ranking.causes = std::move(sorted);
  for (std::size_t at = 0; at < ranking.causes.size(); ++at) {
    const std::string& family = ranking.causes[at].explanation->family;
    if (ranking.families.empty() || ranking.families.back().id != family) {
      const FamilyEntry* entry = catalog.find_family(family);
      ranking.families.push_back(
          {.id = family, .title = entry == nullptr ? "" : entry->title, .probability = sums[family], .members = {}});
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
  sort_by_family(catalog, ranking);
  return ranking;
}

}  // namespace whydrop
