// A finding with its ranked causes, their reasons, and the next test: all that reports of findings see.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/verdict/finding.h"
#include "src/verdict/quality.h"

namespace whydrop {

/// A command for one system, with the finding's own addresses and ports filled in.
struct Check {
  std::string system;
  std::string where;  ///< to run it: "on the server"
  std::string command;
  std::string proves;  ///< what it prints when this cause is the one
  std::string quoted;  ///< the page that tells so, where no machine of ours has printed it
};

/// A firewall's log and what it decides: a flow that it does not know was lost before it, one that it denied was lost
/// in it, and one that it allowed is lost behind it. All that a reader of such logs would have to know of them.
struct LogGuide {
  std::string id;
  std::string system;
  std::string title;
  std::string where;    ///< to look at it
  std::string command;  ///< prints the records of the flow
  std::string needs;    ///< what must be switched on for it to have any
  std::string nothing;  ///< what no record means,
  std::string denies;   ///< one that denies,
  std::string allows;   ///< and one that allows
  std::vector<std::string> sources;
};

struct Fix {
  std::string system;
  std::string command;
  std::string note;
};

/// One summand of a cause's score, in log-odds (natural logarithm).
struct ScoreTerm {
  std::string what;  ///< "prior", or the predicate's name
  double weight = 0;
};

struct RankedCause {
  std::string id;
  std::string family;  ///< the id itself where it stands alone
  std::string title;
  double probability = 0;
  std::vector<std::string> reasons_for;  ///< sentences with this finding's own numbers
  std::vector<std::string> reasons_against;
  std::vector<Check> checks;
  std::string otherwise;  ///< where to look when no check prints what proves it
  std::vector<Fix> fixes;
  std::vector<ScoreTerm> score;
};

struct RankedFamily {
  std::string id;
  std::string title;  ///< empty where a cause stands alone
  double probability = 0;
  std::vector<std::size_t> members;  ///< indices into Diagnosis::causes, most likely first
};

/// A cause that would explain the verdict, were it not for one fact.
struct RuledOutCause {
  std::string id;
  std::string title;
  std::string because;
};

struct NextTest {
  std::string command;
  std::string where;                  ///< to run it
  std::vector<std::string> outcomes;  ///< what it may show, and what that means, the likeliest first
  std::string otherwise;              ///< where to look when it shows none of these

  std::string why() const;  ///< all of it but the command, in one line
};

struct Diagnosis {
  Finding finding;
  std::vector<RankedCause> causes;  ///< most likely first, families kept together
  std::vector<RankedFamily> families;
  std::vector<RuledOutCause> ruled_out;  ///< in catalog order
  double none_of_these = 0;
  bool is_ranked = true;  ///< false: it was not asked for causes (DiagnoseOptions::ranked)
  NextTest next_test;
  std::vector<LogGuide> logs;  ///< of the systems that the leading cause is checked on
};

/// Everything that a report of findings prints.
struct Report {
  struct FlowCounts {
    std::uint64_t total = 0;
    std::uint64_t ok = 0;
    std::uint64_t degraded = 0;
    std::uint64_t failed = 0;
    std::uint64_t inconclusive = 0;
    std::uint64_t folded = 0;  ///< judged early because the memory bound was reached
  };
  CaptureSummary capture;
  FlowCounts flows;
  std::vector<Diagnosis> diagnoses;  ///< by severity, count, first packet
};

}  // namespace whydrop
