// A packet that this kernel dropped, as the kernel tells it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "src/core/time.h"

namespace whydrop {

/// Borrowed from whoever hands it out, for the length of that call.
struct KernelDrop {
  Time time;
  std::string_view reason;    ///< "NETFILTER_DROP", as the running kernel calls it; empty where it gives none
  std::string_view location;  ///< the kernel's function that gave it up: "nft_do_chain"; empty where that is not known
  std::span<const std::uint8_t> headers;  ///< from its network header on, at least what is left of them
  std::uint32_t wire_len = 0;             ///< from there on; never less than headers.size()
};

}  // namespace whydrop
