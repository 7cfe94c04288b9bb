// The catalog as bytes, so that a program does not parse YAML each time it starts (30 ms for thirty causes).
//
// An image holds the entries' fields one after the other, numbers as the machine has them. It is written while whydrop
// is built, by the same code that reads it, and is no format for files.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "src/cause/catalog.h"

namespace whydrop {

std::vector<std::uint8_t> write_image(CatalogParts parts);
CatalogParts read_image(std::span<const std::uint8_t> image);

}  // namespace whydrop
