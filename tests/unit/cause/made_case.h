// Findings and the capture around them, made by hand: what predicates, ranking and next test look at.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "src/cause/case.h"
#include "src/cause/predicates.h"

namespace whydrop {

inline constexpr std::string_view kClient = "10.9.1.2";
inline constexpr std::string_view kOtherClient = "10.9.1.3";
inline constexpr std::string_view kPublicClient = "203.0.113.7";
inline constexpr std::string_view kServer = "10.9.2.2";
inline constexpr std::string_view kOtherServer = "10.9.3.3";
inline constexpr std::string_view kPublicServer = "198.51.100.20";
inline constexpr std::string_view kHop = "10.9.12.2";

inline IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
inline Time at_second(double second) {
  return Time{} + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(second));
}

/// One flow, in a few words. TTLs are those of a capture between two routers.
struct Attempt {
  Transport transport = Transport::tcp;
  std::string_view client = kClient;
  std::string_view server = kServer;
  std::uint16_t port = 443;
  Outcome outcome = Outcome::silent;
  double at = 1;
  std::uint8_t client_ttl = 63;
  std::uint8_t server_ttl = 63;
  std::uint8_t tries = 4;
};

inline Flow made_flow(const Attempt& attempt) {
  const bool ports = attempt.transport == Transport::tcp || attempt.transport == Transport::udp;
  const Endpoint client{ip(attempt.client), static_cast<std::uint16_t>(ports ? 40000 : 0)};
  const Endpoint server{ip(attempt.server), ports ? attempt.port : std::uint16_t{0}};
  Flow flow;
  flow.record.initiator = make_key(client, server, attempt.transport, flow.record.key);
  flow.record.first = flow.record.last = at_second(attempt.at);
  flow.record.first_packet = PacketRef(0, 3);
  FlowSide& asking = flow.record.side(flow.record.initiator);
  asking = {.packets = attempt.tries, .saw = saw::syn, .ttl = attempt.client_ttl, .syns = attempt.tries};
  FlowSide& answering = flow.record.side(other(flow.record.initiator));
  const bool answers = attempt.outcome == Outcome::answered || attempt.outcome == Outcome::refused;
  if (answers) answering = {.packets = 1, .saw = saw::rst, .ttl = attempt.server_ttl, .syns = 1};
  if (attempt.outcome == Outcome::answered) {
    answering.saw = saw::syn_ack | saw::ack;
    asking.saw |= saw::ack;
  }
  flow.detail.emplace();
  flow.detail->exchange.requests = attempt.tries;
  flow.detail->exchange.repeats = attempt.tries - 1U;
  return flow;
}

/// A finding of one verdict, its capture, and what else that holds.
struct MadeCase {
  Finding finding;
  Census census;
  CaptureSummary capture;
  std::string platform;
  std::optional<HostKnowledge> host;

  explicit MadeCase(VerdictId verdict, const Attempt& attempt = {}) {
    finding.verdict = verdict;
    finding.transport = attempt.transport;
    finding.exemplars.push_back(made_flow(attempt));
    const FlowRecord& record = finding.exemplars.front().record;
    finding.client.address = record.client_endpoint().address;
    finding.server.address = record.server_endpoint().address;
    if (record.server_endpoint().port != 0) finding.server.port = record.server_endpoint().port;
    finding.count = 1;
    finding.first_packet = record.first_packet;
    see(attempt);
  }

  /// Another flow of the capture, outside of the finding.
  MadeCase& see(const Attempt& attempt) {
    const Flow flow = made_flow(attempt);
    census.add(flow.record, &*flow.detail, attempt.outcome);
    census.add_attempt(flow.record, &*flow.detail, attempt.outcome);
    return *this;
  }
  MadeCase& attribute(std::string name, AttributeValue value) {
    finding.attributes.push_back({.name = std::move(name), .value = std::move(value)});
    return *this;
  }
  MadeCase& vantage(Vantage vantage) {
    finding.vantage = vantage;
    return *this;
  }
  MadeCase& several_clients() {
    finding.client.address.reset();
    return *this;
  }
  /// An ICMP error about the finding's packets, as the verdict room describes it.
  MadeCase& error(std::string_view code, std::string_view sender, double after_ms) {
    attribute("code", std::string(code));
    attribute("sender", std::string(sender));
    attribute("sender_role", std::string(ip(sender) == finding.server.address ? "target" : "hop"));
    return attribute("error_after_ms", after_ms);
  }

  FlowRecord& record() { return finding.exemplars.front().record; }
  FlowDetail& detail() { return *finding.exemplars.front().detail; }
  FlowSide& client_side() { return record().side(record().initiator); }
  FlowSide& server_side() { return record().side(other(record().initiator)); }

  Case about() const { return {finding, census, capture, platform, host ? &*host : nullptr}; }
  Answer ask(PredicateId predicate) const { return info(predicate).ask(about()); }
};

}  // namespace whydrop
