// When no failure holds: ok where the packets show that it worked, inconclusive where they cannot show it.
#include "src/verdict/rules.h"

namespace whydrop {
namespace {

bool stuck(const Subject& flow, Side sender) {
  return flow.detail != nullptr && flow.detail->sender(sender).stuck.tries != 0;
}

bool tcp_worked(const Subject& flow) {
  if (fact::other_direction_lives(flow.record) || fact::half_opened(flow)) return true;
  if (!fact::opened(flow)) return false;
  const bool closed = flow.client().has(saw::fin) && flow.server().has(saw::fin);
  const bool reset_by_server = flow.server().has(saw::rst);
  const bool reset_while_closing = reset_by_server && flow.client().has(saw::fin);
  if (closed || reset_while_closing || flow.client().has(saw::rst)) return true;  // a client may end as it likes
  if (stuck(flow, Side::low) || stuck(flow, Side::high)) return false;
  return !reset_by_server || flow.server().has(saw::fin) || !fact::data_outstanding(flow);
}

/// Nobody is expected to answer, or the answer is an ICMP error: multicast, broadcast, traceroute.
bool needs_no_reply(const Subject& flow) {
  const IpAddress to = flow.record.server_endpoint().address;
  if (to.is_multicast() || to.is_broadcast()) return true;
  if (flow.detail == nullptr) return false;
  if (flow.context.census.is_answered_elsewhere(flow.record)) return true;
  return flow.detail->exchange.to_group || (flow.detail->icmp_count != 0 && fact::traceroute(flow));
}

}  // namespace

Ruling judge_inconclusive(const Subject& flow) {
  const bool worked = flow.is_tcp() ? tcp_worked(flow) : flow.server().packets != 0 || needs_no_reply(flow);
  if (worked || fact::quoted_for_another(flow)) return std::nullopt;
  return Judgement{.confidence = 1};
}

void describe_inconclusive(const Subject&, Finding&) {}

Ruling judge_ok(const Subject&) { return Judgement{.confidence = 1}; }
void describe_ok(const Subject&, Finding&) {}

}  // namespace whydrop
