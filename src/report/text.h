// The report for people: one screen, everything (-v), or one line per finding (-q).
#pragma once

#include <cstdint>
#include <string>

#include "src/cause/diagnosis.h"
#include "src/report/print.h"

namespace whydrop {

enum class TextDetail : std::uint8_t { screen, full, quiet };

struct TextOptions {
  TextDetail detail = TextDetail::screen;
  bool color = false;
  bool scores = false;      ///< each cause's score as its sum; in the full report only
  bool local_time = false;  ///< else UTC
  unsigned threads = 1;     ///< that write the full report
};

/// Lines with a newline each. `screen` never exceeds 80 columns and 23 lines, but for a command that cannot be broken.
void text_report(const Report& report, const TextOptions& options, const Print& print);
inline std::string text_report(const Report& report, const TextOptions& options) {
  return printed_by([&](const Print& print) { text_report(report, options, print); });
}

}  // namespace whydrop
