// A corpus result as JSON: how often each verdict is right, and where the true cause stands.
#include <cmath>
#include <map>

#include "src/report/corpus.h"
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
  return std::round(1e4 * static_cast<double>(part) / static_cast<double>(part + rest)) / 1e4;
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

Json json_check(const CorpusCheck& check) {
  Json causes = Json::array();
  for (const CauseRank& cause : check.causes) {
    causes.push_back({{cause.family ? "cause_family" : "cause", cause.wanted},
                      {"rank", cause.rank ? Json(*cause.rank) : Json()},
                      {"within", cause.within}});
  }
  return {{"capture", check.capture}, {"status", name(check.status)}, {"seconds", check.seconds},
          {"reason", check.reason},   {"details", check.details},     {"causes", std::move(causes)}};
}

}  // namespace

std::string corpus_json(const CorpusResult& result) {
  Json counts = {{"total", result.checks.size()}};
  for (const CheckStatus status : kCheckStatuses) {
    counts[std::string(name(status))] = result.count(status);
  }
  Json json = {{"schema", "whydrop-corpus/1"},      {"captures", std::move(counts)}, {"seconds", result.seconds},
               {"verdicts", json_verdicts(result)}, {"causes", json_ranks(result)},  {"checks", Json::array()}};
  for (const CorpusCheck& check : result.checks) json["checks"].push_back(json_check(check));
  return dumped(json, 2);
}

}  // namespace whydrop
