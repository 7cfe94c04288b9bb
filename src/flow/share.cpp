// Giving parts to tables.
#include "src/flow/share.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace whydrop {

/// The heaviest part that is left goes to who has least.
void Shares::balance(std::span<const std::uint32_t, kParts> packets) {
  std::array<std::size_t, kParts> parts{};
  for (std::size_t part = 0; part < kParts; ++part) parts[part] = part;
  std::ranges::stable_sort(parts, std::ranges::greater{}, [&](std::size_t part) { return packets[part]; });
  std::vector<std::uint64_t> loads(tables_);
  for (const std::size_t part : parts) {
    const auto least = std::ranges::min_element(loads);
    owners_[part] = static_cast<std::uint8_t>(least - loads.begin());
    *least += packets[part] + 1;  // what was not seen yet may come
  }
}

}  // namespace whydrop
