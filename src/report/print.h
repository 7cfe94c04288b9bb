// Who takes what a report prints.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace whydrop {

/// Takes a report piece by piece: as a whole, that of a hundred thousand findings would be the largest thing in memory.
using Print = std::function<void(std::string_view)>;

/// All that `write` prints.
template <typename Write>
std::string printed_by(const Write& write) {
  std::string all;
  write([&](std::string_view piece) { all += piece; });
  return all;
}

}  // namespace whydrop
