// Table rows for verdict tests: a sentence, what was seen, and the verdicts of its flows.
#pragma once

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/replay_script.h"

namespace whydrop {

struct VerdictRow {
  std::string sentence;
  std::string script;
  std::string verdicts;
  ReplayOptions options = {};
};

inline std::ostream& operator<<(std::ostream& out, const VerdictRow& row) { return out << row.sentence; }

inline void check_row(const VerdictRow& row) {
  INFO(row.sentence << row.script);
  CHECK(replay(row.script, row.options).verdicts() == row.verdicts);
}

inline std::string attribute(const Finding& finding, std::string_view wanted) {
  const AttributeValue* value = finding.attribute(wanted);
  return value == nullptr ? "(none)" : to_string(*value);
}

}  // namespace whydrop
