// From judgements to packets.
#include "src/app/live/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "src/flow/openings.h"
#include "src/report/phrases.h"

namespace whydrop {
namespace {

constexpr std::size_t kMostFlowsInAll = std::size_t{1} << 14U;

std::uint64_t flow_hash(const FlowKey& tuple) { return tuple.transport == Transport::none ? 0 : hash(tuple); }

/// Fragments of one datagram agree in their addresses and their identification.
std::uint64_t datagram_hash(const PacketFacts& facts) {
  if (!facts.has_ip || !facts.ip.is_fragment()) return 0;
  return hash(FlowKey{.low = facts.ip.src, .high = facts.ip.dst, .low_port = facts.ip.id});
}

/// What is no failure but one flow by one is shown by its exemplars: scans, floods. What is none at all is left out.
std::size_t most_flows(const Finding& finding) {
  if (info(finding.verdict).severity == Severity::information) return 0;
  return finding.severity == Severity::information ? Finding::kExemplars : Recorder::kMostFlows;
}

std::string text_of(const Endpoint& endpoint) { return endpoint_text(endpoint.address, endpoint.port); }

}  // namespace

const Recorder::WantedFlow* Recorder::Wanted::flow(std::uint64_t hash) const {
  if (flows.empty() || hash == 0) return nullptr;
  const std::uint32_t found = index.find(hash, [&](std::uint32_t at) { return flows[at].hash == hash; });
  return found == FlowIndex::kNone ? nullptr : &flows[found];
}

void Recorder::Wanted::add(const Finding& finding, std::size_t failure) {
  if (failures[failure].room == 0) return;
  for (const Evidence& shown : finding.evidence) {
    packets.try_emplace(shown.packet.number(), NamedPacket{.failure = failure, .what = shown.what});
  }
}

void Recorder::Wanted::add(const FlowVerdict& verdict, std::size_t failure) {
  const FlowRecord& record = *verdict.record;
  if (failures[failure].room == 0 || record.first_packet.number() <= failures[failure].healed) return;
  if (flows.size() == kMostFlowsInAll) return;
  const std::uint64_t hash = flow_hash(tuple_of(record.key));
  if (hash == 0 || flow(hash) != nullptr) return;
  --failures[failure].room;
  index.insert(hash, static_cast<std::uint32_t>(flows.size()));
  const bool has_port = has_ports(record.key.transport);
  flows.push_back(
      {.hash = hash,
       .failure = failure,
       .client = {record.client_endpoint().address, has_port ? record.client_endpoint().port : std::uint16_t{0}},
       .server = {record.server_endpoint().address, has_port ? record.server_endpoint().port : std::uint16_t{0}}});
}

void Recorder::add(std::span<const Frame> frames, std::span<const PacketView> views) {
  for (std::size_t at = 0; at < frames.size(); ++at) {
    KeptPacket packet{
        .frame = frames[at], .flow = flow_hash(tuple_of(views[at])), .datagram = datagram_hash(views[at].packet)};
    write_if_wanted(packet);
    ring_.add(packet);
  }
  if (!frames.empty()) last_packet_ = frames.back().ref.number();
}

void Recorder::judged(const Assessment& assessment, std::span<const Standing> standing) {
  if (files_.trouble()) return;
  Wanted wanted;
  for (std::size_t at = 0; at < assessment.findings.size(); ++at) {
    wanted.failures.push_back(failure_of(assessment.findings[at], standing[at]));
    wanted.add(assessment.findings[at], at);
  }
  const auto places = places_of_findings(assessment);
  for (const FlowVerdict& flow : assessment.flows) {
    const auto place = flow.finding == FlowVerdict::kNoFinding ? places.end() : places.find(flow.finding);
    if (place != places.end()) wanted.add(flow, place->second);
  }
  const bool news = has_news(wanted);
  wanted_ = std::move(wanted);
  if (news) ring_.each([this](KeptPacket& packet) { write_if_wanted(packet); });
}

Recorder::Failure Recorder::failure_of(const Finding& finding, const Standing& standing) {
  Failure failure{.id = standing.id, .verdict = finding.verdict};
  if (standing.id == 0) return failure;
  if (standing.healed) healed_[standing.id] = last_packet_;
  if (const auto healed = healed_.find(standing.id); healed != healed_.end()) failure.healed = healed->second;
  failure.room = standing.healed ? 0 : most_flows(finding);
  const Parties both = parties(finding, ClientPort::shown);
  failure.parties = fmt::format("{} > {}", both.client, both.server);
  return failure;
}

/// Something that is wanted may wait in the ring.
bool Recorder::has_news(const Wanted& wanted) const {
  const auto is_new = [&](const WantedFlow& flow) { return wanted_.flow(flow.hash) == nullptr; };
  const auto is_newly_named = [&](const auto& packet) { return !wanted_.packets.contains(packet.first); };
  return std::ranges::any_of(wanted.flows, is_new) || std::ranges::any_of(wanted.packets, is_newly_named);
}

const Recorder::WantedFlow* Recorder::flow_of(const KeptPacket& packet) const {
  if (packet.flow != 0 || packet.datagram == 0) return wanted_.flow(packet.flow);
  const auto* const begun = std::ranges::find(datagrams_, packet.datagram, &Datagram::hash);
  return begun == datagrams_.end() ? nullptr : wanted_.flow(begun->flow);
}

void Recorder::write_if_wanted(KeptPacket& packet) {
  if (packet.written || (wanted_.flows.empty() && wanted_.packets.empty())) return;
  const auto named = wanted_.packets.find(packet.frame.ref.number());
  const WantedFlow* const flow = flow_of(packet);
  if (flow == nullptr && named == wanted_.packets.end()) return;
  const bool is_named = named != wanted_.packets.end();
  const Failure& failure = wanted_.failures[flow != nullptr ? flow->failure : named->second.failure];
  comment_.clear();
  fmt::format_to(std::back_inserter(comment_), "whydrop L{}: {}, {}, packet {}", failure.id, name(failure.verdict),
                 flow != nullptr ? parties_of(*flow) : failure.parties, packet.frame.ref.number());
  if (is_named) comment_ += ": " + named->second.what;
  files_.add(packet.frame, comment_);
  packet.written = true;
  if (packet.datagram == 0 || packet.flow == 0) return;
  datagrams_[next_datagram_] = {.hash = packet.datagram, .flow = packet.flow};
  next_datagram_ = (next_datagram_ + 1) % datagrams_.size();
}

std::string Recorder::parties_of(const WantedFlow& flow) {
  return fmt::format("{} > {}", text_of(flow.client), text_of(flow.server));
}

}  // namespace whydrop
