// What the outside world did to us: a file, an interface, a catalog entry that could not be used.
#pragma once

#include <string>

namespace whydrop {

/// Printed as "whydrop: PATH: WHAT[, at WHERE]; WAY OUT".
struct Error {
  std::string path;     ///< file, interface or catalog entry
  std::string what;     ///< the fact, without blame
  std::string where;    ///< "byte 24", "line 7"; empty when the whole thing is meant
  std::string way_out;  ///< what to do; may be a command

  std::string message() const {
    std::string text = path + ": " + what;
    if (!where.empty()) text += ", at " + where;
    if (!way_out.empty()) text += "; " + way_out;
    return text;
  }
};

}  // namespace whydrop
