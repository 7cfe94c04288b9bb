// Follows what is asked and answered without a connection: UDP, SCTP and DCCP set-up, ICMP
// echo, ARP and neighbour discovery.
#pragma once

#include "src/flow/packet.h"
#include "src/flow/record.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {

/// Who asks, judging by a flow's first packet.
Initiative exchange_initiative(const Packet& packet, const FlowKey& key, Side sender);

/// UDP, ICMP echo, SCTP, DCCP, ESP. `detail` may be null: then only the hot facts grow.
void track_exchange(FlowRecord& record, FlowDetail* detail, const Packet& packet, Side sender);

/// A number that tells a request from another one.
std::uint64_t payload_print(const Packet& packet);

/// One UDP question, one good answer, nothing else: the hot part says all about it.
bool answered_at_once(const FlowRecord& record, const FlowDetail& detail);

/// ARP and ND: the low side asks about the high side.
void track_neighbor(FlowRecord& record, FlowDetail* detail, const Packet& packet);

}  // namespace whydrop
