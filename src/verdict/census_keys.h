// Keys of the census' tables: a FlowKey with unused parts left empty; and spans of time that grow.
#pragma once

#include <algorithm>
#include <cstdint>

#include "src/core/time.h"
#include "src/flow/record.h"

namespace whydrop::census {

inline FlowKey service_key(const IpAddress& address, std::uint16_t port, Transport transport) {
  return {.high = address, .high_port = port, .transport = transport};
}
inline FlowKey host_key(const IpAddress& address) { return {.high = address}; }
inline FlowKey scanner_key(const IpAddress& address, Transport transport) {
  return {.high = address, .transport = transport};
}
inline FlowKey pair_key(const IpAddress& client, const IpAddress& server) { return {.low = client, .high = server}; }
inline FlowKey name_key(const IpAddress& client, std::uint32_t name) {
  return {.low = client,
          .low_port = static_cast<std::uint16_t>(name >> 16U),
          .high_port = static_cast<std::uint16_t>(name)};
}
inline FlowKey rejection_key(const FlowRecord& flow) {
  const Endpoint server = flow.server_endpoint();
  const bool ports = has_ports(flow.key.transport);
  return {.low = flow.client_endpoint().address,
          .high = server.address,
          .high_port = ports ? server.port : std::uint16_t{0},
          .transport = flow.key.transport};
}

inline void widen(Time& first, Time& last, bool is_first, Time when) {
  first = is_first ? when : std::min(first, when);
  last = is_first ? when : std::max(last, when);
}

}  // namespace whydrop::census
