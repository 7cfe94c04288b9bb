// Zeek's conn_state: what each side was seen to do becomes an endpoint state, and a pure function of both the code.
#include "src/flow/conn_state.h"

#include <array>
#include <cctype>

namespace whydrop {
namespace {

/// Zeek's endpoint states as far as conn_state tells them apart; `inactive` includes partial.
enum class EndpointState : std::uint8_t { inactive, syn_sent, established, closed, reset };

/// A RST after both FINs leaves a connection closed; any other RST ends it as reset.
EndpointState ended_state(const FlowSide& side, const FlowSide& peer, EndpointState open) {
  const bool both_closed = side.has(saw::fin) && peer.has(saw::fin);
  if (side.has(saw::rst) && !both_closed) return EndpointState::reset;
  return side.has(saw::fin) ? EndpointState::closed : open;
}

EndpointState client_state(const FlowSide& client, const FlowSide& server) {
  EndpointState open = EndpointState::inactive;
  if (client.has_any(saw::syn | saw::syn_ack)) {
    open = server.has_any(saw::syn | saw::syn_ack) ? EndpointState::established : EndpointState::syn_sent;
  } else if (server.has(saw::syn_ack) && client.has(saw::ack)) {
    open = EndpointState::established;  // it answers the SYN-ACK: only the capture lacks its SYN
  }
  return ended_state(client, server, open);
}

EndpointState server_state(const FlowSide& client, const FlowSide& server) {
  const bool opened = server.has_any(saw::syn | saw::syn_ack);
  return ended_state(server, client, opened ? EndpointState::established : EndpointState::inactive);
}

/// Of a connection that nobody reset.
std::string_view orderly_state(EndpointState orig, EndpointState resp, bool resp_silent) {
  if (orig == EndpointState::closed && resp == EndpointState::closed) return "SF";
  if (orig == EndpointState::closed) return resp == EndpointState::inactive ? "SH" : "S2";
  if (resp == EndpointState::closed) return orig == EndpointState::inactive ? "SHR" : "S3";
  if (orig == EndpointState::syn_sent && resp_silent) return "S0";
  if (orig == EndpointState::established && resp == EndpointState::established) return "S1";
  return "OTH";
}

std::string_view tcp_state(const FlowRecord& record) {
  const FlowSide& client = record.client();
  const EndpointState orig = client_state(client, record.server());
  const EndpointState resp = server_state(client, record.server());
  const bool no_data = record.bytes[0] == 0 && record.bytes[1] == 0;

  if (resp == EndpointState::reset) {
    if (orig == EndpointState::syn_sent || (orig == EndpointState::reset && no_data)) return "REJ";
    return orig == EndpointState::inactive ? "RSTRH" : "RSTR";
  }
  if (orig == EndpointState::reset) {
    if (resp != EndpointState::inactive) return "RSTO";
    const bool only_syn_and_rst = client.has(saw::syn) && !client.has_any(saw::syn_ack | saw::ack | saw::fin);
    return only_syn_and_rst ? "RSTOS0" : "OTH";
  }
  return orderly_state(orig, resp, record.server().packets == 0);
}

std::string_view udp_state(const FlowRecord& record) {
  const bool replied = record.server().packets != 0;
  if (record.client().packets != 0) return replied ? "SF" : "S0";
  return replied ? "SHR" : "OTH";
}

}  // namespace

std::string_view conn_state(const FlowRecord& record) {
  switch (record.key.transport) {
    case Transport::tcp: return tcp_state(record);
    case Transport::udp:
    case Transport::udp_lite: return udp_state(record);
    case Transport::none:
    case Transport::icmp:
    case Transport::icmp6:
    case Transport::arp:
    case Transport::nd:
    case Transport::sctp:
    case Transport::dccp:
    case Transport::esp:
    case Transport::other: return "OTH";
  }
  return "OTH";
}

std::string zeek_history(const FlowRecord& record, const FlowDetail* detail) {
  if (detail != nullptr && detail->history_len != 0) return std::string(detail->history_text());
  struct Letter {
    std::uint16_t bit;
    char client;
  };
  static constexpr std::array<Letter, 6> kLetters = {
      {{saw::syn, 'S'}, {saw::syn_ack, 'H'}, {saw::ack, 'A'}, {saw::data, 'D'}, {saw::fin, 'F'}, {saw::rst, 'R'}}};
  std::string history;
  for (const Letter& letter : kLetters) {
    if (record.client().has(letter.bit)) history += letter.client;
    if (record.server().has(letter.bit)) history += static_cast<char>(std::tolower(letter.client));
  }
  return history;
}

}  // namespace whydrop
