// Every dissector that whydrop has, and the table that finds them by number; both come from registry.def.
#pragma once

#include <cstdint>

#include "src/wire/dissector.h"

namespace whydrop {

/// Index into the table, as `LayerMark`, `Stop` and `ApplicationFacts` carry it.
enum class DissectorId : std::uint8_t {
  nobody,
#define DISSECTOR(function, name, ...) function,
#include "dissectors/registry.def"
#undef DISSECTOR
};

#define DISSECTOR(function, name, ...) Step dissect_##function(ByteReader& in, PacketView& view);
#include "dissectors/registry.def"
#undef DISSECTOR

const DissectorTable& dissectors();

}  // namespace whydrop
