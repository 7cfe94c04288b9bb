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
/// Of packets from an address to an endpoint; the port that they come from is not told.
inline FlowKey way_key(const IpAddress& from, const Endpoint& to, Transport transport) {
  return {.low = from, .high = to.address, .high_port = to.port, .transport = transport};
}
inline FlowKey source_key(const Endpoint& from, Transport transport) {
  return {.low = from.address, .low_port = from.port, .transport = transport};
}
/// A client's connections to one port, whoever has it; or all that use IPv4 or IPv6.
inline FlowKey port_key(const IpAddress& client, std::uint16_t port) {
  return {.low = client, .high_port = port, .transport = Transport::tcp};
}
inline FlowKey transfer_key(const Endpoint& client, const IpAddress& server) {
  return {.low = client.address, .high = server, .low_port = client.port, .transport = Transport::udp};
}
inline FlowKey rejection_key(const FlowRecord& flow) {
  const Endpoint server = flow.server_endpoint();
  const bool ports = has_ports(flow.key.transport);
  return {.low = flow.client_endpoint().address,
          .high = server.address,
          .high_port = ports ? server.port : std::uint16_t{0},
          .transport = flow.key.transport};
}

/// The client acknowledged a SYN-ACK.
inline bool is_opened(const FlowRecord& record) {
  return record.key.transport == Transport::tcp && record.client().has(saw::syn | saw::ack) &&
         record.server().has(saw::syn_ack);
}

inline void widen(Time& first, Time& last, bool is_first, Time when) {
  first = is_first ? when : std::min(first, when);
  last = is_first ? when : std::max(last, when);
}

}  // namespace whydrop::census
