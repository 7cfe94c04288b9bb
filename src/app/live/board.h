// What the full-screen view knows: the latest judgement, what became of each finding, and how the capture does.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "src/app/live/changes.h"
#include "src/report/live_view.h"

namespace whydrop {

/// What is counted between two judgements.
struct LiveCounts {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t memory = 0;
  std::uint64_t lost = 0;
  std::vector<LiveHealth> health{};
};

class Board {
 public:
  /// Findings beyond these are counted only: those of less weight, and what healed longest ago.
  static constexpr std::size_t kMost = 200;

  Board(std::string interfaces, std::string filter, Time now);

  void judged(Report report, std::span<const Standing> standing, const std::vector<FindingChange>& changes, Time now);
  /// Rates are of the time since the last call.
  void counted(const LiveCounts& counts, Time now);
  void note(const CaptureEvent& event);

  const LiveState& state() const { return state_; }

 private:
  using Findings = std::map<std::uint64_t, LiveFinding>;  // by id
  void keep(Findings known, std::vector<Diagnosis> diagnoses, std::span<const Standing> standing);

  LiveState state_;
  std::uint64_t bytes_ = 0;               ///< when last counted,
  Time counted_;                          ///< and when that was
  std::set<std::string> have_been_up_{};  ///< a host has interfaces that nobody uses
};

}  // namespace whydrop
