// The dissector table, built at compile time.
#include "dissectors/registry.h"

#include "dissectors/link/ethernet.h"

namespace whydrop {
namespace {

constexpr Dissector kDissectors[] = {
    {.name = "", .run = nullptr},
#define DISSECTOR(function, name, ...) {name, dissect_##function},
#include "dissectors/registry.def"
#undef DISSECTOR
};

constexpr DissectorTable claimed_numbers() {
  using enum Space;
  DissectorTable table(kDissectors);
#define DISSECTOR(function, name, ...) table.add(static_cast<std::uint8_t>(DissectorId::function), {__VA_ARGS__});
#include "dissectors/registry.def"
#undef DISSECTOR
  table.add_short_way(static_cast<std::uint8_t>(DissectorId::ethernet), read_ethernet_segment);
  return table;
}

constexpr DissectorTable kTable = claimed_numbers();

}  // namespace

const DissectorTable& dissectors() { return kTable; }

}  // namespace whydrop
