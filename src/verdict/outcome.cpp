// When no failure holds: ok where the packets show that it worked, inconclusive where they cannot show it.
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

bool stuck(const Subject& flow, Side sender) {
  return flow.detail != nullptr && flow.detail->sender(sender).stuck.tries != 0;
}

bool data_outstanding(const Subject& flow) {
  const auto unacknowledged = [&](Side sender) {
    const FlowSide& side = flow.record.side(sender);
    const FlowSide& peer = flow.record.side(other(sender));
    return side.has(saw::data) && peer.has(saw::ack) && side.next > peer.acked + 1;
  };
  return unacknowledged(Side::low) || unacknowledged(Side::high);
}

bool tcp_worked(const Subject& flow) {
  if (fact::other_direction_lives(flow.record)) return true;
  if (!fact::opened(flow)) return false;
  const bool closed = flow.client().has(saw::fin) && flow.server().has(saw::fin);
  if (closed) return true;
  if (stuck(flow, Side::low) || stuck(flow, Side::high)) return false;
  const bool aborted = flow.client().has(saw::rst) || flow.server().has(saw::rst);
  return !aborted || !data_outstanding(flow);
}

bool is_one_way_by_nature(const Subject& flow) {
  const IpAddress to = flow.record.server_endpoint().address;
  return to.is_multicast() || to.is_broadcast();
}

bool asked_with_success(const Subject& flow) {
  // A reply in the capture's first moments, whose request came before it, is still a reply.
  return flow.server().packets != 0;
}

}  // namespace

Ruling judge_inconclusive(const Subject& flow) {
  const bool worked = flow.is_tcp() ? tcp_worked(flow) : asked_with_success(flow) || is_one_way_by_nature(flow);
  if (worked) return std::nullopt;
  return Judgement{.confidence = 1};
}

void describe_inconclusive(const Subject&, Finding&) {}

Ruling judge_ok(const Subject&) { return Judgement{.confidence = 1}; }
void describe_ok(const Subject&, Finding&) {}

}  // namespace whydrop
