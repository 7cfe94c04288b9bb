// The catalog that the build compiled in.
#pragma once

#include <cstdint>
#include <span>

namespace whydrop {

/// An image as in catalog_image.h, of src/cause/catalog/*.yaml.
std::span<const std::uint8_t> embedded_catalog();

}  // namespace whydrop
