// Why dissection of a packet ended. Good layers before the stop stay valid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace whydrop {

enum class StopReason : std::uint8_t {
  none,          ///< every layer that we know was read
  cut,           ///< the capture holds fewer bytes than the packet had (snap length, quoted packet)
  bad_length,    ///< a length field contradicts its enclosing header or its own minimum
  bad_version,   ///< a version or type nibble that this layer cannot have
  bad_value,     ///< another field that the RFC forbids
  unknown_next,  ///< the next layer's number is nobody's
  too_deep,      ///< more layers than kMaxLayers
};

constexpr bool is_malformed(StopReason reason) {
  return reason == StopReason::bad_length || reason == StopReason::bad_version || reason == StopReason::bad_value;
}

std::string_view name(StopReason reason);

struct Stop {
  StopReason reason = StopReason::none;
  std::uint8_t dissector = 0;  ///< index of the layer that stopped, in the dissector table
  std::uint32_t offset = 0;    ///< byte in the frame
  std::uint32_t needed = 0;
  std::uint32_t had = 0;
};

}  // namespace whydrop
