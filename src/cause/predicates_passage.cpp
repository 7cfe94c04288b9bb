// Predicates about what passed this capture point, and where that point stands.
#include <fmt/format.h>

#include <algorithm>

#include "src/cause/predicates.h"
#include "src/core/text.h"

namespace whydrop {
namespace {

Answer vantage_is(const Case& about, Vantage wanted) {
  const Vantage seen = about.finding.vantage;
  if (seen == Vantage::unknown) return unknown();
  const std::string where = fmt::format("the capture stands at the {}", name(seen));
  return seen == wanted ? holds(where) : contrary(where);
}

/// What the TTLs of one side's packets say about the routers between it and this point.
Answer adjacent(const HostFacts* host, const FindingEndpoint& endpoint) {
  if (host == nullptr) return unknown();
  const bool initial = (host->local_signs & locality::ttl) != 0;
  const bool distant = (host->local_signs & locality::distant) != 0;
  if (initial == distant) return unknown();
  const std::string address = to_string(*endpoint.address);
  if (initial) return holds(fmt::format("packets from {} have crossed no router before this point", address));
  return contrary(fmt::format("packets from {} have crossed routers before this point", address));
}

/// Verdicts about the first exchange: whatever the server sent in such a flow answers the failing attempt.
bool is_first_exchange(VerdictId verdict) {
  using enum VerdictId;
  constexpr std::array kFirst = {syn_no_reply,   udp_no_reply, ping_no_reply,      synack_no_ack, synack_misaddressed,
                                 syn_challenged, synack_reset, handshake_ack_lost, refused,       slow_handshake,
                                 sctp_no_reply,  sctp_aborted};
  return std::ranges::find(kFirst, verdict) != kFirst.end();
}

bool server_replied(const Finding& finding) {
  return std::ranges::any_of(finding.exemplars, [](const Flow& flow) { return flow.record.server().packets > 0; });
}

/// How often a flow's unanswered packet was sent; 0 where repeating says nothing (pings go on whatever comes back).
std::uint32_t tries(const Flow& flow, VerdictId verdict) {
  if (verdict == VerdictId::ping_no_reply) return 0;
  if (flow.record.key.transport != Transport::tcp) return flow.detail ? 1 + flow.detail->exchange.repeats : 0;
  const std::uint32_t data_tries = flow.detail ? flow.detail->sender(fact::unanswered_side(flow)).stuck.tries : 0;
  return data_tries > 0 ? 1 + data_tries : flow.record.client().syns;
}

Answer address_is_private(const std::optional<IpAddress>& address) {
  if (!address) return unknown();
  if (fact::is_private(*address)) return holds(to_string(*address) + " is a private address");
  return contrary(to_string(*address) + " is a public address");
}

}  // namespace

Answer ask_vantage_is_client(const Case& about) { return vantage_is(about, Vantage::client); }
Answer ask_vantage_is_server(const Case& about) { return vantage_is(about, Vantage::server); }
Answer ask_vantage_is_path(const Case& about) { return vantage_is(about, Vantage::path); }

Answer ask_client_adjacent(const Case& about) { return adjacent(about.client(), about.finding.client); }
Answer ask_server_adjacent(const Case& about) { return adjacent(about.server(), about.finding.server); }

Answer ask_request_reached_server(const Case& about) {
  const Finding& finding = about.finding;
  if (finding.vantage != Vantage::server || !is_first_exchange(finding.verdict) || server_replied(finding)) {
    return unknown();
  }
  return holds(fmt::format("packet {}, the request, was captured at the server, and nothing left it",
                           finding.first_packet.number()));
}

Answer ask_reply_left_server(const Case& about) {
  if (!is_first_exchange(about.finding.verdict) || !server_replied(about.finding)) return unknown();
  return holds(fmt::format("a reply of {} was captured: its own rules let it out", about.server_text()));
}

Answer ask_reply_reached_client(const Case& about) {
  if (about.finding.vantage != Vantage::client) return unknown();
  if (!is_first_exchange(about.finding.verdict) || !server_replied(about.finding)) return unknown();
  return holds(fmt::format("a reply of {} was captured at the client", about.server_text()));
}

Answer ask_sender_kept_trying(const Case& about) {
  std::uint32_t most = 0;
  for (const Flow& flow : about.finding.exemplars) most = std::max(most, tries(flow, about.finding.verdict));
  if (most == 0) return unknown();
  if (most == 1) return contrary("the sender tried only once");
  return holds(fmt::format("the sender sent the same packet {} times: it got no answer", grouped(most)));
}

Answer ask_sender_is_local(const Case& about) {
  for (const Flow& flow : about.finding.exemplars) {
    const Side side = fact::unanswered_side(flow);
    const FlowSide& sender = flow.record.side(side);
    const std::string address = to_string(flow.record.key.endpoint(side).address);
    if (sender.has_any(saw::outbound | saw::oversize | saw::bad_checksum)) {
      return holds("the capture was taken on " + address + ", which sends the unanswered packets");
    }
    if (sender.has_any(saw::inbound)) {
      return contrary("the capture was not taken on " + address + ", which sends the unanswered packets");
    }
  }
  return unknown();
}

Answer ask_capture_weak(const Case& about) {
  for (const QualityNote& note : about.capture.quality) {
    if (std::ranges::find(note.affects, about.finding.verdict) == note.affects.end()) continue;
    return holds(note.detail.empty() ? std::string(name(note.id)) : fmt::format("{}: {}", name(note.id), note.detail));
  }
  return contrary("no known weakness of the capture touches this verdict");
}

Answer ask_client_is_private(const Case& about) { return address_is_private(about.finding.client.address); }
Answer ask_server_is_private(const Case& about) { return address_is_private(about.finding.server.address); }

Answer ask_crosses_address_classes(const Case& about) {
  const auto& client = about.finding.client.address;
  const auto& server = about.finding.server.address;
  if (!client || !server) return unknown();
  const bool crosses = fact::is_private(*client) != fact::is_private(*server);
  const std::string pair = fmt::format("{} and {}", to_string(*client), to_string(*server));
  if (crosses) return holds("one of " + pair + " is private, the other public");
  return contrary(fmt::format("{} are both {}", pair, fact::is_private(*client) ? "private" : "public"));
}

}  // namespace whydrop
