// From flow records to findings: the verdict room's front door.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "src/flow/table.h"
#include "src/verdict/census.h"
#include "src/verdict/finding.h"
#include "src/verdict/findings.h"
#include "src/verdict/quality.h"
#include "src/verdict/unsettled.h"
#include "src/verdict/verdict.h"

namespace whydrop {

/// How long silence must last in the capture before it counts; `scale` is --patience.
struct Patience {
  double scale = 1.0;
};

struct Assessment {
  CaptureSummary capture;  ///< as given, with its quality notes
  Census census;
  std::vector<FlowVerdict> flows;  ///< live records in order of first packet
  std::vector<Finding> findings;   ///< by severity, count, first packet
  std::uint64_t ok = 0;
  std::uint64_t degraded = 0;
  std::uint64_t failed = 0;
  std::uint64_t inconclusive = 0;
};

/// By FlowVerdict::finding, where in `findings` it is; findings that were folded into others are nowhere, and so are
/// those of which no exemplar is still a flow of its own.
std::map<std::uint32_t, std::size_t> places_of_findings(const Assessment& assessment);

/// Takes what one reading of the input gave: folded records while it goes on, then the table at the end.
class Assessor {
 public:
  explicit Assessor(Patience patience, Recorded recorded = Recorded::all) : patience_(patience), census_(recorded) {}

  /// A record that left the table early: judged now, with what is known so far.
  void fold(const FlowRecord& record, Held held, Time now);

  /// What copying another one to this one need not allocate.
  void recycle(Census memory) { census_ = std::move(memory); }
  void make_room_for(const Assessor& other, const std::function<void()>& pause) {
    census_.make_room_for(other.census_, pause);
  }

  /// Pointers in the result stay valid as long as `table`. `breathe`, where there is one, is called every few
  /// milliseconds.
  Assessment assess(const FlowTable& table, CaptureSummary capture, const std::function<void()>& breathe = {},
                    unsigned threads = 1) &&;

 private:
  FlowVerdict count(const Subject& flow, const Verdict& verdict, std::uint64_t times = 1);
  FlowVerdict count_twin(const Subject& flow, const Verdict& verdict, const FlowVerdict& before);

  Patience patience_;
  Census census_;
  Unsettled unsettled_;
  Findings findings_;
  Assessment counts_;  ///< of flows so far; the rest is filled at the end
};

}  // namespace whydrop
