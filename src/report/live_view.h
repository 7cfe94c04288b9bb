// The full-screen view of a watch: what stands on which line, as a function of what is known and of where a person
// looks. Nothing here knows a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/capture/live.h"
#include "src/cause/diagnosis.h"
#include "src/report/live_events.h"

namespace whydrop {

struct LiveFinding {
  std::uint64_t id = 0;  ///< for as long as the watch goes on
  Change change{};       ///< the last
  Time changed{};        ///< when that was
  Time began{};          ///< when it appeared, or began to fail again
  std::string what{};    ///< as in FindingEvent
  bool healed = false;
  Diagnosis diagnosis{};
};

/// Failures first, then what is degraded, then what is mere information, and what has healed last; within each the
/// newest first. More of the same makes a finding no newer: rows must stand still to be read.
void sort_by_importance(std::vector<LiveFinding>& findings);

/// All that the view shows.
struct LiveState {
  std::string interfaces{};
  std::string filter{};
  Time began{};
  Time now{};
  std::uint64_t packets = 0;
  double packets_per_second = 0;
  double bytes_per_second = 0;
  std::uint64_t memory = 0;  ///< bytes that flows take
  std::vector<LiveHealth> health{};
  std::uint64_t lost = 0;                ///< packets, by the kernel
  std::optional<CaptureEvent> notice{};  ///< the last
  CaptureSummary capture{};
  Report::FlowCounts flows{};
  std::vector<LiveFinding> findings{};  ///< by importance
  std::uint64_t left_out = 0;           ///< findings beyond these
};

/// Where the person is.
struct LivePlace {
  std::optional<std::uint64_t> selected{};  ///< a finding's id; none: whichever stands first
  std::size_t top = 0;                      ///< first row of the list that is shown
  bool open = false;                        ///< the selected finding, instead of the list
  std::size_t scroll = 0;                   ///< lines of the open finding above the screen

  bool operator==(const LivePlace&) const = default;
};

struct ViewSize {
  std::size_t width = 80;
  std::size_t height = 24;
};

struct ViewStyle {
  bool color = false;
  bool utf8 = true;
  bool local_time = false;
};

struct ViewLine {
  std::string text{};  ///< no wider than the screen; colours as Paint writes them
  bool reversed = false;
};

enum class ViewKey : std::uint8_t { up, down, page_up, page_down, first, last, open, back };

/// Where a key leads.
LivePlace moved(const LiveState& state, LivePlace place, ViewKey key, ViewSize size);

/// The place that is nearest to `place` among those that there are by now.
LivePlace settled(const LiveState& state, LivePlace place, ViewSize size);

/// `size.height` lines, of a settled place.
std::vector<ViewLine> live_view(const LiveState& state, const LivePlace& place, ViewSize size, const ViewStyle& style);

}  // namespace whydrop
