// What the full-screen view is made of.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "src/report/live_view.h"
#include "src/report/text_parts.h"

namespace whydrop {

/// How long news is called news.
inline constexpr Duration kNewsLasts = std::chrono::seconds(60);

/// " left            right " over the whole width; of a left side that is too long, its beginning.
std::string bar(std::string_view left, std::string_view right, std::size_t width);

/// "whydrop live on eth0", since when, and for how long; on a narrow screen less of that.
std::string title_bar(const LiveState& state, const TextStyle& style);
/// The numbers, how the capture does, and what happened to it lately.
Lines head_lines(const LiveState& state, const TextStyle& style);
/// Instead of findings.
Lines nothing_found(const LiveState& state, const TextStyle& style);

/// A line of the list: the heading of a group, or a finding.
struct ListRow {
  std::optional<std::size_t> finding{};  ///< its index in the state
  std::string heading{};
};
std::vector<ListRow> list_rows(const LiveState& state);

/// Widths of the list's columns on this screen.
struct ListColumns {
  std::size_t gap = 2;  ///< between columns
  bool narrow = false;  ///< no room for more than what fails, where, and why
  std::size_t id = 0;
  std::size_t change = 0;  ///< here and below, 0: not shown
  std::size_t verdict = 0;
  std::size_t times = 0;
  std::size_t last = 0;
  std::size_t parties = 0;
  std::size_t cause = 0;
};
ListColumns list_columns(const LiveState& state, std::size_t width);
std::string column_heads(const ListColumns& columns, const TextStyle& style);
std::string list_line(const LiveFinding& finding, const ListColumns& columns, bool selected, Time now,
                      const TextStyle& style);

}  // namespace whydrop
