// SCTP and IPsec: sctp-no-reply, sctp-aborted, esp-one-way.
#include <fmt/format.h>

#include "dissectors/registry.h"
#include "src/core/text.h"
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 4s;  // SCTP repeats its INIT after 1 to 3 s (RFC 9260, 16)
constexpr Duration kOneWay = 10s;

/// ESP, also in UDP through a NAT; of that, more than the bytes that only keep the NAT's entry alive.
bool is_encrypted(const Subject& flow, Side sender) {
  const Transport transport = flow.record.key.transport;
  if (transport != Transport::udp || flow.detail == nullptr) return transport == Transport::esp;
  const bool encapsulated =
      flow.detail->application(sender).protocol == static_cast<std::uint8_t>(DissectorId::udp_encap);
  return encapsulated && flow.record.bytes[index(sender)] > flow.record.side(sender).packets;
}

bool is_sctp(const Subject& flow) { return flow.record.key.transport == Transport::sctp; }

void add_first_packet(const Subject& flow, std::string_view what, Finding& finding) {
  finding.evidence.push_back({.packet = flow.record.first_packet,
                              .time = flow.record.first,
                              .until = std::nullopt,
                              .what = fmt::format("{} from {}", what, fact::who(flow, flow.client_side()))});
}

}  // namespace

Ruling judge_sctp_no_reply(const Subject& flow) {
  if (!is_sctp(flow) || !flow.client().has(saw::syn) || flow.server().packets != 0) return std::nullopt;
  if (flow.client().has(saw::ack)) return std::nullopt;  // it was answered, and this capture does not hold it
  if (!flow.silent_since(flow.record.first, kPatience)) return std::nullopt;
  return Judgement{.confidence = flow.client().packets > 1 ? 0.95 : 0.85};
}

void describe_sctp_no_reply(const Subject& flow, Finding& finding) {
  set_attribute(finding, "requests", std::int64_t{flow.client().packets});
  add_first_packet(flow, "INIT", finding);
  finding.evidence.push_back({.packet = flow.record.first_packet,
                              .time = flow.record.last,
                              .until = flow.context.end,
                              .what = fmt::format("{}, no reply", counted(flow.client().packets, "INIT"))});
}

Ruling judge_sctp_aborted(const Subject& flow) {
  if (!is_sctp(flow) || !flow.client().has(saw::syn) || !flow.server().has(saw::rst)) return std::nullopt;
  if (flow.server().has_any(saw::syn_ack | saw::ack)) return std::nullopt;
  return Judgement{.confidence = 0.95};
}

void describe_sctp_aborted(const Subject& flow, Finding& finding) {
  add_first_packet(flow, "INIT", finding);
  const FlowEvent* reply = flow.detail == nullptr ? nullptr : flow.detail->events.find_first(FlowEvent::Kind::reply);
  if (reply == nullptr) return;
  finding.evidence.push_back(packet_evidence(*reply, "ABORT from " + fact::who(flow, flow.server_side())));
}

Ruling judge_esp_one_way(const Subject& flow) {
  const Side silent = flow.client().packets == 0 ? flow.client_side() : flow.server_side();
  if (flow.record.side(silent).packets != 0 || !is_encrypted(flow, other(silent))) return std::nullopt;
  if (flow.record.last - flow.record.first < flow.context.wait(kOneWay)) return std::nullopt;
  // Only a capture that holds other packets of the silent peer could have held these.
  const HostFacts* peer = flow.context.census.host(flow.record.key.endpoint(silent).address);
  if (peer == nullptr || peer->packets_sent == 0) return std::nullopt;
  return Judgement{.confidence = 0.85};
}

void describe_esp_one_way(const Subject& flow, Finding& finding) {
  const Side sender = flow.client().packets != 0 ? flow.client_side() : flow.server_side();
  set_attribute(finding, "packets", std::int64_t{flow.record.side(sender).packets});
  finding.evidence.push_back({.packet = flow.record.first_packet,
                              .time = flow.record.first,
                              .until = std::nullopt,
                              .what = "ESP from " + fact::who(flow, sender)});
  finding.evidence.push_back(
      {.packet = flow.record.first_packet,
       .time = flow.record.last,
       .until = flow.context.end,
       .what = fmt::format("{} one way, none back", counted(flow.record.side(sender).packets, "packet"))});
}

}  // namespace whydrop
