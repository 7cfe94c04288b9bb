// One row of a predicate's test: a story, and what the predicate makes of it.
#pragma once

#include <string_view>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/cause/made_case.h"

namespace whydrop {

struct PredicateRow {
  std::string_view story;
  PredicateId predicate;
  Truth truth;
  MadeCase made;
};

inline void check(const std::vector<PredicateRow>& rows) {
  for (const PredicateRow& row : rows) {
    INFO(info(row.predicate).name << ": " << row.story);
    const Answer answer = row.made.ask(row.predicate);
    CHECK(answer.truth == row.truth);
    CHECK(answer.because.empty() == (row.truth == Truth::unknown));
  }
}

}  // namespace whydrop
