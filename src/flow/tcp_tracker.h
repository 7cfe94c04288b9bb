// Follows one TCP connection as a bystander: what each side sent, acknowledged and repeated (RFC 9293).
//
// Nothing here trusts flags alone: a SYN-ACK answers a SYN only if it acknowledges it, a RST counts only where its
// receiver would accept it, a retransmission is told from a copy that the capture recorded twice.
#pragma once

#include <cstdint>
#include <string_view>

#include "src/flow/packet.h"
#include "src/flow/record.h"

namespace whydrop {

inline bool is_syn(const TcpFacts& tcp) {
  return tcp.has(tcp_flag::syn) && !tcp.has_any(tcp_flag::ack | tcp_flag::rst);
}
inline bool is_syn_ack(const TcpFacts& tcp) {
  return tcp.has(tcp_flag::syn | tcp_flag::ack) && !tcp.has(tcp_flag::rst);
}

/// Whether `packet` starts another connection than the one that `record` has followed so far on the same tuple.
bool starts_new_connection(const FlowRecord& record, const Packet& packet, Side sender);

/// Who opens the connection, judging by its first packet alone.
struct Initiative {
  Side initiator;
  DirectionSource source;
};
Initiative tcp_initiative(const Packet& packet, const FlowKey& key, Side sender);

/// Responder by port numbers, where flags say nothing: below 1024 against above, or registered against ephemeral.
Initiative port_initiative(const FlowKey& key, Side sender);

/// Whether the packet, the first of its flow, is a SYN of which a LoneSyn tells everything.
bool is_plain_syn(const Packet& packet);
LoneSyn lone_syn(const PacketFacts& facts);
/// Notes that this packet, which is of `record`'s tuple, repeats its lone SYN. False, and nothing noted, where it is
/// something else, or more than a LoneSyn can tell.
bool repeat(LoneSyn& syn, const FlowRecord& record, const Packet& packet, Side sender);
/// Writes into `detail`, a fresh one, what it would hold if it had been there when the SYN was tracked.
void recall(const FlowRecord& record, const LoneSyn& syn, FlowDetail& detail);

/// False when the packet is only a copy of one already counted. `detail` may be null: then only the hot facts grow.
bool track_tcp(FlowRecord& record, FlowDetail* detail, const Packet& packet, Side sender);

/// Reset, or closed by both sides.
inline bool has_ended(const FlowRecord& record) {
  const auto& [low, high] = record.sides;
  return low.has(saw::rst) || high.has(saw::rst) || (low.has(saw::fin) && high.has(saw::fin));
}

/// Opened at once and closed by both sides. Asked of every packet's flow, and of most it is not true.
inline bool closed_cleanly(const FlowRecord& record) {
  const auto& [low, high] = record.sides;
  if ((low.saw & high.saw & saw::fin_acked) == 0) return false;
  const auto closed = [](const FlowSide& side) {
    return side.has(saw::fin | saw::fin_acked) && side.syns == 1 &&
           !side.has_any(saw::rst | saw::odd_rst | saw::unseen_acked);
  };
  return record.key.transport == Transport::tcp && record.handshake_done && closed(low) && closed(high);
}

/// Closed cleanly, and nothing was lost on the way: the hot part says all about it.
bool ended_uneventfully(const FlowRecord& record, const FlowDetail& detail);

/// What Zeek's history has a letter for (upper case: the initiator's), each kept once a side.
enum class HistoryMark : std::uint8_t { syn, syn_ack, ack, data, fin, rst };
constexpr std::string_view kHistoryLetters = "shadfr";
void append_history(const FlowRecord& record, FlowDetail& detail, Side sender, HistoryMark mark);

}  // namespace whydrop
