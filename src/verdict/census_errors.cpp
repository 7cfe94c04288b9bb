// ICMP errors whose quote was changed on the way, and the connections that they are about all the same.
//
// A hop that translates addresses should translate what an error quotes, too; many do not. Then the error quotes a
// packet that was never seen here. What is left of it tells: the address that the error itself was sent to, and the
// endpoint that the quoted packet went to; or, where only that was rewritten, the endpoint that it came from.
#include <algorithm>

#include "src/verdict/census.h"
#include "src/verdict/census_keys.h"

namespace whydrop {

using namespace census;

namespace {

FlowKey quoted_way(const FlowRecord& quoted, const IcmpErrorFact& error) {
  const IpAddress from = error.receiver.is_unspecified() ? quoted.key.endpoint(error.about).address : error.receiver;
  return way_key(from, quoted.key.endpoint(other(error.about)), quoted.key.transport);
}

FlowKey quoted_source(const FlowRecord& quoted, const IcmpErrorFact& error) {
  return source_key(quoted.key.endpoint(error.about), quoted.key.transport);
}

}  // namespace

void Census::add_stray_error(const FlowRecord& quoted, const IcmpErrorFact& error) {
  const IcmpMeaning meaning = icmp_meaning(!quoted.key.low.is_v4(), error.type, error.code);
  for (const FlowKey& key : {quoted_way(quoted, error), quoted_source(quoted, error)}) {
    IcmpErrorFact& first = strays_[key].first_of[static_cast<std::size_t>(meaning)];
    if (first.count == 0) first = error;
  }
}

std::optional<FlowKey> Census::stray_key(const FlowRecord& flow, Side sender, IcmpMeaning meaning) const {
  constexpr Duration kAMinute = std::chrono::seconds(60);  // errors are rationed, and stay true for a while
  const auto fits = [&](const FlowKey& key, Time since) {
    const StrayErrors* found = strays_.find(key);
    if (found == nullptr) return false;
    const IcmpErrorFact& error = found->first_of[static_cast<std::size_t>(meaning)];
    return error.count != 0 && error.time >= since && error.time <= flow.last + kAMinute;
  };
  if (strays_.entries().empty() || flow.packets() == 0) return std::nullopt;
  const Endpoint from = flow.key.endpoint(sender);
  const FlowKey way = way_key(from.address, flow.key.endpoint(other(sender)), flow.key.transport);
  if (fits(way, flow.first - kAMinute)) return way;
  // A client's own port tells its connections apart, a service's port does not.
  const bool own_port = sender == flow.initiator && !is_well_known(from.port) && has_ports(flow.key.transport);
  const FlowKey source = source_key(from, flow.key.transport);
  return own_port && fits(source, flow.first) ? std::optional(source) : std::nullopt;
}

const IcmpErrorFact* Census::stray_error(const FlowRecord& flow, Side sender, IcmpMeaning meaning) const {
  const auto key = stray_key(flow, sender, meaning);
  return key ? &strays_.find(*key)->first_of[static_cast<std::size_t>(meaning)] : nullptr;
}

void Census::claim_errors(const FlowRecord& record, Side sender, IcmpMeaning meaning) {
  if (const auto key = stray_key(record, sender, meaning)) strays_[*key].claimed = true;
}

bool Census::is_claimed(const FlowDetail& detail, const FlowRecord& quoted) const {
  const auto errors = std::span(detail.icmp).first(detail.icmp_count);
  return std::ranges::any_of(errors, [&](const IcmpErrorFact& error) {
    const StrayErrors* way = strays_.find(quoted_way(quoted, error));
    const StrayErrors* source = strays_.find(quoted_source(quoted, error));
    return (way != nullptr && way->claimed) || (source != nullptr && source->claimed);
  });
}

}  // namespace whydrop
