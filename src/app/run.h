// The command line's front door: finds the command and runs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whydrop {

/// What whydrop ends with; of several, the highest.
enum class ExitStatus : std::uint8_t {
  done = 0,
  matched = 1,  ///< --fail-on matched, or a capture is not what its expectation says
  trouble = 2,  ///< usage or input error
};

inline ExitStatus worse(ExitStatus a, ExitStatus b) { return a < b ? b : a; }

/// "0.1.0".
std::string_view version();

/// `arguments` without the program's name.
ExitStatus run(const std::vector<std::string>& arguments);

}  // namespace whydrop
