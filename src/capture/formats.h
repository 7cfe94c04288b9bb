// The formats that can be opened, and how.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>

#include "src/capture/input.h"
#include "src/capture/source.h"

namespace whydrop {

using Opened = std::expected<std::unique_ptr<Source>, Error>;

#define CAPTURE_FORMAT(name)                          \
  bool is_##name(std::span<const std::uint8_t> head); \
  Opened open_##name(Input input, std::uint32_t index);
#include "src/capture/formats.def"
#undef CAPTURE_FORMAT

/// What libpcap makes of an input that is none of the above.
Opened open_libpcap(Input input, std::uint32_t index);

/// Tells the format by content and opens it; open_capture is this for a path.
Opened open_input(Input input, std::uint32_t index);

/// For an input that ends inside its first header.
Error header_cut(const Input& input, std::string_view format);

}  // namespace whydrop
