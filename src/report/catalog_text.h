// Parts of catalog entries that reports and explanations print alike.
#pragma once

#include <string>

#include "src/cause/diagnosis.h"
#include "src/core/text.h"
#include "src/report/outline.h"

namespace whydrop {

/// Behind what a check prints, where that is known from its documentation only.
inline std::string_view quoted_mark(const Check& check) { return check.quoted.empty() ? "" : " (as documented)"; }

/// What each of the three kinds of records means.
inline void add_log_meanings(const LogGuide& log, std::size_t indent, Outline& out) {
  out.wrapped(indent, "no record  ", printable(log.nothing));
  out.wrapped(indent, "denied     ", printable(log.denies));
  out.wrapped(indent, "allowed    ", printable(log.allows));
}

}  // namespace whydrop
