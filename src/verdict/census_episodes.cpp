// What single flows tell the census beyond how their attempt ended: silences, waits, names, half-open handshakes.
#include <algorithm>

#include "src/verdict/census.h"
#include "src/verdict/census_keys.h"

namespace whydrop {

using namespace census;

namespace {

bool is_over(const FlowRecord& record) {
  return record.client().has_any(saw::fin | saw::rst) || record.server().has_any(saw::fin | saw::rst);
}

}  // namespace

void Census::add_opened(const FlowRecord& record, const FlowDetail* detail) {
  VisitFacts& visits = visits_[rejection_key(record)];
  widen(visits.first, visits.last, visits.opened == 0, record.first);
  const bool brief = is_over(record) && record.last - record.first <= VisitFacts::kBrief;
  visits.brief += brief ? 1U : 0U;
  const bool answered = record.server().has(saw::data);
  visits.answered += answered ? 1U : 0U;
  visits.served += answered && is_over(record) && record.last - record.first < std::chrono::seconds(1) ? 1U : 0U;
  // A flow without details went well to its last packet.
  const Time until = detail == nullptr ? record.last : detail->sender(other(record.initiator)).last_sent;
  if (visits.opened == 0 || until - record.first > visits.lived_until - visits.lived_from) {
    visits.lived_from = record.first;
    visits.lived_until = until;
  }
  ++visits.opened;
}

void LoadProfile::add(Time when, bool failed) {
  if (begin_ == Time{}) begin_ = when;
  while (when >= begin_ + width_ * kBuckets) {
    for (std::size_t at = 0; at < kBuckets; ++at) {
      const Bucket* pair = at < kBuckets / 2 ? &buckets_[2 * at] : nullptr;
      buckets_[at] = pair == nullptr ? Bucket{}
                                     : Bucket{.attempts = pair[0].attempts + pair[1].attempts,
                                              .failed = pair[0].failed + pair[1].failed};
    }
    width_ *= 2;
  }
  const auto at = when < begin_ ? 0 : static_cast<std::size_t>((when - begin_) / width_);
  ++buckets_[at].attempts;
  buckets_[at].failed += failed ? 1U : 0U;
}

void Census::add_black_hole(const FlowRecord& record, std::uint32_t smallest_lost) {
  PairFacts& pair = pair_slot(record.client_endpoint().address, record.server_endpoint().address);
  pair.smallest_lost = pair.smallest_lost == 0 ? smallest_lost : std::min(pair.smallest_lost, smallest_lost);
}

void Census::add_wait_in_vain(const FlowRecord& record) { ++service_slot(record).waited_in_vain; }

void Census::add_silence(const FlowRecord& record, Duration length, bool survived) {
  ServiceFacts& service = service_slot(record);
  if (survived) service.longest_survived = std::max(service.longest_survived, length);
  else if (service.shortest_killed == Duration{} || length < service.shortest_killed) service.shortest_killed = length;
}

void Census::add_name(const FlowRecord& record, const FlowDetail* detail) {
  constexpr std::uint16_t kDns = 53;
  constexpr std::uint16_t kNoSuchName = 3;
  const std::uint32_t hash = record.client().isn.value();
  if (record.server_endpoint().port != kDns || hash == 0 || record.server().packets == 0) return;
  NameFacts& facts = names_[name_key(record.client_endpoint().address, hash)];
  // An answer without error lets go of its details.
  const bool error =
      detail != nullptr && detail->exchange.errors != 0 && detail->exchange.errors >= detail->exchange.replies;
  if (!error) {
    ++facts.good;
    facts.last_good = std::max(facts.last_good, record.last);
    return;
  }
  widen(facts.first_error, facts.last_error, facts.errors == 0, record.last);
  ++facts.errors;
  facts.missing += detail->exchange.status == kNoSuchName ? 1U : 0U;
}

const NameFacts* Census::name(const IpAddress& client, std::uint32_t name) const {
  return names_.find(name_key(client, name));
}

void Census::add_half_open(const FlowRecord& record) {
  HalfOpenFacts& facts = half_open_[rejection_key(record)];
  if (facts.count == 0) ++half_open_services_[host_key(record.client_endpoint().address)];
  const Duration gap = facts.count == 0 ? Duration{} : record.first - facts.last;
  facts.shortest_gap = facts.count < 2 ? gap : std::min(facts.shortest_gap, gap);
  facts.longest_gap = std::max(facts.longest_gap, gap);
  facts.last = record.first;
  ++facts.count;
}

void Census::add_stray_syn_ack(const FlowRecord& record) {
  const Endpoint client = record.client_endpoint();
  if (stray_syn_acks_.size() == kMostStrays) return;
  stray_syn_acks_.try_emplace({client.address, client.port, record.server().acked.value()}, record.server_endpoint());
}

const HalfOpenFacts* Census::half_open(const FlowRecord& flow) const { return half_open_.find(rejection_key(flow)); }

std::uint64_t Census::half_open_services(const IpAddress& client) const {
  const std::uint64_t* count = half_open_services_.find(host_key(client));
  return count == nullptr ? 0 : *count;
}

std::optional<Endpoint> Census::misaddressed_answer(const Endpoint& client, TcpSeq acknowledges) const {
  const auto found = stray_syn_acks_.find({client.address, client.port, acknowledges.value()});
  if (found == stray_syn_acks_.end()) return std::nullopt;
  return found->second;
}

}  // namespace whydrop
