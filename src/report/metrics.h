// How a watch does, as Prometheus wants to be told: its text exposition format, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/capture/live.h"
#include "src/cause/diagnosis.h"

namespace whydrop {

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/// All that is counted, since the watch began unless something else is said.
struct WatchMetrics {
  /// A finding that was told.
  struct Known {
    VerdictId verdict{};
    std::string server{};  ///< "10.0.0.2:443"; empty where its flows have several
    std::uint64_t attempts = 0;
    bool healed = false;
  };
  /// What was captured from.
  struct Source {
    std::string interface{};
    std::uint64_t lost = 0;  ///< packets, between the wire and us
  };
  struct Evidence {
    std::uint64_t packets = 0;
    std::uint64_t memory = 0;  ///< bytes that wait for judgement, or may
    bool writing = true;
  };

  std::string version{};
  double start = 0;  ///< seconds since 1970
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::vector<Source> sources{};
  std::vector<LiveHealth> interfaces{};
  Report::FlowCounts flows{};  ///< as of the last judgement
  std::uint64_t memory = 0;    ///< bytes that flow records hold now
  std::uint64_t memory_bound = 0;
  std::uint64_t judgements = 0;
  double judging = 0;  ///< seconds in all
  std::vector<Known> findings{};
  std::optional<Evidence> evidence{};  ///< with -w
};

/// Findings are summed by verdict and server. Of these the hundred with most attempts, those that still fail first,
/// have series of their own; the rest is summed by verdict, as server="other". So it is with interfaces.
std::string metrics_text(const WatchMetrics& metrics);

}  // namespace whydrop
