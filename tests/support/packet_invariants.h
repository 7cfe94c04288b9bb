// What holds for every PacketView, whatever the bytes were. Properties and fuzzers check it.
#pragma once

#include <string_view>

#include "src/wire/frame.h"
#include "src/wire/packet_view.h"

namespace whydrop {

/// The promise that `view` breaks, in words; empty when it keeps all.
std::string_view broken_promise(const PacketView& view, const Frame& frame);

}  // namespace whydrop
