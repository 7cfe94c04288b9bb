// A corpus result as JSON: how often each verdict is right, and where the true cause stands.
#include <cmath>
#include <map>

#include "src/report/corpus.h"
#include "src/report/corpus_calibration.h"
#include "src/report/json_parts.h"

namespace whydrop {
namespace {

struct Tally {
  std::size_t matched = 0;
  std::size_t missed = 0;
  std::size_t unexpected = 0;
};

/// Null where nothing was counted.
Json ratio(std::size_t part, std::size_t rest) {
  if (part + rest == 0) return nullptr;
  return rounded(static_cast<double>(part) / static_cast<double>(part + rest));
}

Json json_verdicts(const CorpusResult& result) {
  std::map<VerdictId, Tally> tallies;
  for (const CorpusCheck& check : result.checks) {
    for (const VerdictId id : check.matched) ++tallies[id].matched;
    for (const VerdictId id : check.missed) ++tallies[id].missed;
    for (const VerdictId id : check.unexpected) ++tallies[id].unexpected;
  }
  Json json = Json::object();
  for (const auto& [id, tally] : tallies) {
    json[std::string(name(id))] = {{"matched", tally.matched},
                                   {"missed", tally.missed},
                                   {"unexpected", tally.unexpected},
                                   {"precision", ratio(tally.matched, tally.unexpected)},
                                   {"recall", ratio(tally.matched, tally.missed)}};
  }
  return json;
}

/// How many true causes stand at each rank; those that are not among the causes at all are `unranked`.
Json json_ranks(const CorpusResult& result) {
  std::map<std::size_t, std::size_t> ranks;
  std::size_t unranked = 0;
  std::size_t wanted = 0;
  for (const CorpusCheck& check : result.checks) {
    for (const CauseRank& cause : check.causes) {
      ++wanted;
      if (cause.rank) ++ranks[*cause.rank];
      else ++unranked;
    }
  }
  Json by_rank = Json::object();
  for (const auto& [rank, count] : ranks) by_rank[std::to_string(rank)] = count;
  return {{"wanted", wanted}, {"by_rank", std::move(by_rank)}, {"unranked", unranked}};
}

Json json_share(const Shares& of, double part) { return of.captures > 0 ? Json(rounded(part / of.captures)) : Json(); }

Json json_calibration(const Calibration& calibration) {
  Json reliability = Json::array();
  for (std::size_t at = 0; at < calibration.bins.size(); ++at) {
    const auto& bin = calibration.bins[at];
    reliability.push_back({{"from", rounded(static_cast<double>(at) / kReliabilityBins)},
                           {"captures", rounded(bin.captures)},
                           {"mean_probability", json_share(bin, bin.probability)},
                           {"right", json_share(bin, bin.first)}});
  }
  const auto& [families, causes, bins, findings] = calibration;
  return {{"captures", rounded(families.captures)},
          {"findings", findings},
          {"family_first", json_share(families, families.first)},
          {"family_within_3", json_share(families, families.within_3)},
          {"decided", rounded(causes.captures)},
          {"decided_first", json_share(causes, causes.first)},
          {"reliability", std::move(reliability)}};
}

Json json_truth(const TrueCause& truth) {
  Json families = Json::object();
  for (const TrueCause::Share& share : truth.families) families[share.family] = rounded(share.probability);
  return {{"cause", truth.cause},
          {"decided", truth.decided},
          {"rank", truth.rank ? Json(*truth.rank) : Json()},
          {"family_rank", truth.family_rank ? Json(*truth.family_rank) : Json()},
          {"families", std::move(families)}};
}

Json json_check(const CorpusCheck& check) {
  Json causes = Json::array();
  for (const CauseRank& cause : check.causes) {
    causes.push_back({{cause.family ? "cause_family" : "cause", cause.wanted},
                      {"rank", cause.rank ? Json(*cause.rank) : Json()},
                      {"within", cause.within}});
  }
  Json truths = Json::array();
  for (const TrueCause& truth : check.truths) truths.push_back(json_truth(truth));
  return {{"capture", check.capture},   {"status", name(check.status)}, {"seconds", check.seconds},
          {"reason", check.reason},     {"details", check.details},     {"causes", std::move(causes)},
          {"truths", std::move(truths)}};
}

}  // namespace

std::string corpus_json(const CorpusResult& result) {
  Json counts = {{"total", result.checks.size()}};
  for (const CheckStatus status : kCheckStatuses) {
    counts[std::string(name(status))] = result.count(status);
  }
  Json json = {{"schema", "whydrop-corpus/1"}, {"captures", std::move(counts)},
               {"seconds", result.seconds},    {"verdicts", json_verdicts(result)},
               {"causes", json_ranks(result)}, {"calibration", json_calibration(calibration_of(result))},
               {"checks", Json::array()}};
  for (const CorpusCheck& check : result.checks) json["checks"].push_back(json_check(check));
  return dumped(json, 2);
}

}  // namespace whydrop
