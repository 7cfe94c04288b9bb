// What single flows tell the census beyond how their attempt ended: silences, waits, names, files, half-open
// handshakes.
#include <algorithm>
#include <span>

#include "dissectors/registry.h"
#include "src/verdict/census.h"
#include "src/verdict/census_keys.h"

namespace whydrop {

using namespace census;

namespace {

/// The key of all clients of a family. A host that has addresses of both tries them against each other.
IpAddress anybody(bool v4) {
  static constexpr std::array<std::uint8_t, 4> kNone{};
  return v4 ? IpAddress::v4(kNone) : IpAddress{};
}

/// Data that came with the FIN is no segment of its own.
bool comes_with_fin(const FlowDetail& detail, Side side) {
  const FlowEvent* data = nullptr;
  const FlowEvent* fin = nullptr;
  for (std::size_t at = 0; at < detail.events.size(); ++at) {
    const FlowEvent& event = detail.events[at];
    if (event.side == side && event.kind == FlowEvent::Kind::data) data = &event;
    if (event.side == side && event.kind == FlowEvent::Kind::fin) fin = &event;
  }
  return detail.sender(side).data_segments == 1 && data != nullptr && fin != nullptr && data->packet == fin->packet;
}

bool holds_plain_segment(const FlowRecord& record, const FlowDetail* detail) {
  if (detail == nullptr) return record.sides[0].has(saw::ack) || record.sides[1].has(saw::ack);
  const std::string_view history = detail->history_text();
  if (history.find_first_of("Aa") != std::string_view::npos) return true;
  return std::ranges::any_of(std::array{Side::low, Side::high}, [&](Side side) {
    return record.side(side).has(saw::data) && !comes_with_fin(*detail, side);
  });
}

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
    for (std::size_t at = 0; at < kBuckets / 2; ++at) {
      const Bucket& early = buckets_[2 * at];
      const Bucket& late = buckets_[2 * at + 1];
      buckets_[at] = {.attempts = early.attempts + late.attempts, .failed = early.failed + late.failed};
    }
    std::ranges::fill(std::span(buckets_).subspan(kBuckets / 2), Bucket{});
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
  const Endpoint client = record.client_endpoint();
  const std::uint16_t port = record.server_endpoint().port;
  if (facts.count == 0) ++half_open_services_[host_key(client.address)];
  races_[port_key(client.address, port)];
  races_[port_key(anybody(!client.address.is_v4()), port)];
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

void Census::add_winner(const FlowRecord& record) {
  if (!is_opened(record)) return;
  const IpAddress client = record.client_endpoint().address;
  const std::uint16_t port = record.server_endpoint().port;
  for (const FlowKey& key : {port_key(client, port), port_key(anybody(client.is_v4()), port)}) {
    if (races_.find(key) == nullptr) continue;
    std::vector<RaceFacts::Opened>& opened = races_[key].opened;
    if (opened.size() < RaceFacts::kMost) opened.push_back({record.first, record.server_endpoint().address});
  }
}

bool Census::lost_race(const FlowRecord& flow, Time given_up) const {
  constexpr Duration kHeadStart = std::chrono::seconds(2);  // RFC 8305, 5: attempts begin 250 ms apart, at most 2 s
  const IpAddress client = flow.client_endpoint().address;
  const Endpoint server = flow.server_endpoint();
  const auto is_winner = [&](const RaceFacts::Opened& opened) {
    return opened.server != server.address && opened.when >= flow.first - kHeadStart && opened.when <= given_up;
  };
  const auto has_winner = [&](const FlowKey& key) {
    const RaceFacts* race = races_.find(key);
    return race != nullptr && std::ranges::any_of(race->opened, is_winner);
  };
  return has_winner(port_key(client, server.port)) || has_winner(port_key(anybody(!client.is_v4()), server.port));
}

bool asks_for_file(const FlowRecord& record, const FlowDetail* detail) {
  return record.key.transport == Transport::udp && detail != nullptr &&
         detail->application(record.initiator).protocol == static_cast<std::uint8_t>(DissectorId::tftp);
}

void Census::add_transfer(const FlowRecord& record, const FlowDetail* detail) {
  if (asks_for_file(record, detail)) {
    transfers_[transfer_key(record.client_endpoint(), record.server_endpoint().address)];
    return;
  }
  if (transfers_.entries().empty()) return;
  for (const Side sender : {Side::low, Side::high}) {
    const FlowKey key = transfer_key(record.key.endpoint(other(sender)), record.key.endpoint(sender).address);
    if (transfers_.find(key) != nullptr) transfers_[key] += record.side(sender).packets;
  }
}

bool Census::is_answered_elsewhere(const FlowRecord& request) const {
  const std::uint64_t* packets =
      transfers_.find(transfer_key(request.client_endpoint(), request.server_endpoint().address));
  return packets != nullptr && *packets != 0;
}

void Census::add_flags(const FlowRecord& record, const FlowDetail* detail) {
  if (holds_plain_segment(record, detail)) ++plainly_;
  else if (record.client().has(saw::syn | saw::fin) && record.server().has(saw::syn_ack | saw::fin)) ++closed_by_flags_;
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
