// Table rows for verdict tests: a sentence, what was seen, and the verdicts of its flows.
#pragma once

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/replay_script.h"

namespace whydrop {

/// The handshake that most scripts begin with.
inline const std::string kOpen = R"(
0.0 > S 1000 mss 1460
0.1 < SA 5000 ack 1001 mss 1460
0.2 > A 1001 ack 5001
)";

struct VerdictRow {
  std::string sentence;
  std::string script;
  std::string verdicts;
  ReplayOptions options = {};
};

inline std::ostream& operator<<(std::ostream& out, const VerdictRow& row) { return out << row.sentence; }

/// The same holds when the packets before and behind any of them are read apart and their records joined. A datagram
/// whose fragments lie on both sides of the cut is never known to be whole.
inline void check_row(const VerdictRow& row) {
  INFO(row.sentence << row.script);
  const Replay whole = replay(row.script, row.options);
  CHECK(whole.verdicts() == row.verdicts);
  if (row.script.find(" frag ") != std::string::npos || whole.table->traffic().folded != 0) return;
  ReplayOptions options = row.options;
  for (options.cut_after = 1; options.cut_after < whole.table->traffic().packets; ++options.cut_after) {
    INFO("cut after packet " << options.cut_after);
    CHECK(replay(row.script, options).verdicts() == row.verdicts);
  }
}

inline std::string attribute(const Finding& finding, std::string_view wanted) {
  const AttributeValue* value = finding.attribute(wanted);
  return value == nullptr ? "(none)" : to_string(*value);
}

}  // namespace whydrop
