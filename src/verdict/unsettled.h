// Attempts that left the table before their silence had lasted long enough to count: judged when the capture has ended.
//
// Only their number is kept, by responder and second, with the first of each second to judge for all of them.
#pragma once

#include <cstdint>

#include "src/flow/record.h"
#include "src/verdict/fact_table.h"

namespace whydrop {

class Unsettled {
 public:
  struct Attempts {
    FlowRecord first;
    std::uint64_t count = 0;
  };

  /// False where there is no room for another responder and second.
  bool add(const FlowRecord& record);
  std::span<const FactTable<Attempts>::Entry> all() const { return attempts_.entries(); }

 private:
  static constexpr std::size_t kMost = std::size_t{1} << 15U;

  FactTable<Attempts> attempts_{kMost};
};

}  // namespace whydrop
