// Questions about a flow that several verdict families ask.
#include <algorithm>

#include "src/verdict/rules.h"

namespace whydrop::fact {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t kTracerouteHops = 30;  // what traceroute and tracert try at the most by default
constexpr std::uint16_t kTraceroutePorts = 33434;
constexpr std::uint16_t kTraceroutePortsEnd = 33534;
constexpr std::uint32_t kPatientTries = 3;

}  // namespace

bool opened(const Subject& flow) {
  if (flow.server().has(saw::syn_ack)) {
    // The ACK that completes the handshake, or anything that could only follow it.
    return flow.client().has(saw::ack) && flow.client().acked > flow.server().isn;
  }
  return flow.client().has_any(saw::ack | saw::data) && flow.server().has_any(saw::ack | saw::data);
}

bool other_direction_lives(const FlowRecord& record) {
  const auto& [low, high] = record.sides;
  if (low.packets != 0 && high.packets != 0) return false;
  const FlowSide& seen = low.packets != 0 ? low : high;
  // An endpoint that acknowledges after its SYN has received the SYN-ACK.
  return seen.has(saw::ack_moved) || seen.has(saw::syn | saw::ack);
}

bool replies_not_recorded(const Subject& flow) {
  const HostFacts* client = flow.context.census.host(flow.record.client_endpoint().address);
  return client != nullptr && client->one_sided != 0 && client->two_way == 0;
}

bool traceroute(const Subject& flow) {
  if (flow.detail == nullptr && flow.lone_syn == nullptr) return false;
  const std::uint16_t port = flow.record.server_endpoint().port;
  const bool udp = flow.record.key.transport == Transport::udp;
  if (udp && port >= kTraceroutePorts && port < kTraceroutePortsEnd) return true;
  const bool one_ttl = flow.lone_syn != nullptr || (flow.is_tcp() && flow.client().packets == 1);
  const std::uint8_t hops = one_ttl ? flow.client().ttl : flow.detail->sender(flow.client_side()).min_ttl;
  if (hops == 0 || hops > kTracerouteHops) return false;
  const Endpoint client = flow.record.client_endpoint();
  const Endpoint server = flow.record.server_endpoint();
  const PairFacts* pair = flow.context.census.pair(client.address, server.address);
  return pair != nullptr && (pair->ttl_exceeded || pair->client_ttls > 1);
}

bool stuck_for_good(const Subject& flow, Side sender) {
  if (flow.detail == nullptr) return false;
  const SenderFacts::Stuck& stuck = flow.detail->sender(sender).stuck;
  if (stuck.tries == 0) return false;
  const bool often = stuck.tries >= kPatientTries && stuck.last_try - stuck.first_sent >= flow.context.wait(1s);
  // A flow that the capture met midway may have lost the answer with everything before it.
  if (!flow.client().has(saw::syn) && !flow.server().has(saw::syn_ack)) return often;
  const bool long_enough = flow.silent_since(stuck.first_try, 5s);
  return often || long_enough;
}

bool quoted_for_another(const Subject& flow) {
  return flow.record.packets() == 0 && flow.detail != nullptr &&
         flow.context.census.is_claimed(*flow.detail, flow.record);
}

void describe_rewritten_quote(Finding& finding) {
  set_attribute(finding, "quote_differs", true);
  finding.confidence_reasons.emplace_back("the error quotes other ports or addresses: a hop rewrote them");
}

bool only_asks(const FlowRecord& record) {
  const FlowSide& client = record.client();
  return record.key.transport == Transport::tcp && record.server().packets == 0 && client.has(saw::syn) &&
         !client.has_any(saw::ack | saw::data | saw::rst | saw::odd_rst | saw::fin);
}

bool data_outstanding(const Subject& flow) {
  const auto unacknowledged = [&](Side sender) {
    const FlowSide& side = flow.record.side(sender);
    const FlowSide& peer = flow.record.side(other(sender));
    return side.has(saw::data) && peer.has(saw::ack) && side.next > peer.acked + 1;
  };
  return unacknowledged(Side::low) || unacknowledged(Side::high);
}

const ServiceFacts* service_of(const Subject& flow) {
  const Endpoint server = flow.record.server_endpoint();
  const Transport transport = flow.record.key.transport;
  return flow.context.census.service(server.address, has_ports(transport) ? server.port : std::uint16_t{0}, transport);
}

std::optional<Time> last_reply(const Subject& flow) {
  if (flow.server().packets == 0) return std::nullopt;
  if (flow.detail == nullptr) return flow.record.last;
  return flow.is_tcp() ? flow.detail->sender(flow.server_side()).last_sent : flow.detail->exchange.last_reply;
}

std::string who(const Subject& flow, Side side) {
  const Endpoint endpoint = flow.record.key.endpoint(side);
  const bool ports = has_ports(flow.record.key.transport);
  return endpoint_text(endpoint.address, ports ? endpoint.port : std::uint16_t{0});
}

}  // namespace whydrop::fact
