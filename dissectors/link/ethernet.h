// Who talks to whom in most frames, for a tenth of the price of a dissection.
#pragma once

#include <cstdint>
#include <optional>

#include "src/core/address.h"
#include "src/wire/frame.h"

namespace whydrop {

struct Ends {
  IpAddress::Words src;  ///< not addresses: who wants to know no more than words would wait for them to be put together
  IpAddress::Words dst;
  std::uint16_t src_port = 0;
  std::uint16_t dst_port = 0;
};

/// Of an Ethernet frame that carries a TCP segment in the usual way: the ends that `dissect` would find. Nothing for
/// all others.
std::optional<Ends> usual_ends(const Frame& frame);

}  // namespace whydrop
