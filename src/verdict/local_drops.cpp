// Binds the kernel's drops to flows, and flows to findings.
#include "src/verdict/local_drops.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "src/core/text.h"

namespace whydrop {
namespace {

using namespace std::chrono_literals;

constexpr LinkType kRawIp{101};

/// The clocks of captured packets and of drops are one, but are read at different moments.
constexpr Duration kClocks = 1s;
/// Who would have asked for a flow's drops has done so by then.
constexpr Duration kAskedWithin = 60s;

/// Packets for somebody else, and a capture's own copies that found no room: nothing that a flow would miss.
bool is_loss(std::string_view reason) {
  constexpr auto kNoLoss = std::to_array<std::string_view>({"OTHERHOST", "PACKET_SOCK_ERROR"});
  return std::ranges::find(kNoLoss, reason) == kNoLoss.end();
}

}  // namespace

std::string_view LocalDrops::kept(std::string_view text) {
  const auto known = texts_.find(text);
  if (known != texts_.end()) return *known;
  return texts_.size() >= kTexts ? std::string_view() : *texts_.emplace(text).first;
}

/// What was known of it, or nothing yet; the flow that was longest not asked for makes room.
LocalDrops::FlowDrops& LocalDrops::of_flow(const FlowKey& key, Time now) {
  const auto known = flows_.find(key);
  if (known != flows_.end()) {
    recent_.splice(recent_.begin(), recent_, known->second);
    return recent_.front();
  }
  if (flows_.size() >= kFlows) {
    const FlowDrops& oldest = recent_.back();
    if (now - oldest.last < kAskedWithin) unknown_until_ = std::max(unknown_until_, oldest.last);
    flows_.erase(oldest.key);
    recent_.pop_back();
  }
  recent_.push_front({.key = key, .counts = {}, .last = now});
  flows_[key] = recent_.begin();
  return recent_.front();
}

void LocalDrops::add(const KernelDrop& drop) {
  if (!is_loss(drop.reason)) return;
  const std::string_view reason = kept(drop.reason);
  const std::string_view location = kept(drop.location);
  if (totals_.size() < kTotals || totals_.contains({reason, location})) ++totals_[{reason, location}];

  const Frame frame{
      .ref = {}, .time = drop.time, .bytes = drop.headers, .wire_len = drop.wire_len, .link_type = kRawIp};
  dissect(dissectors_, frame, view_);
  FlowPlace place;
  locate(view_.packet, 0, place);
  if (!place.names_flow()) return;
  FlowDrops& drops = of_flow(place.key, drop.time);
  drops.last = drop.time;
  auto count = std::ranges::find_if(drops.counts, [&](const Count& one) {
    return one.reason == reason && one.location == location && one.sender == place.sender;
  });
  if (count == drops.counts.end()) {
    if (drops.counts.size() >= kReasons) return;
    count = drops.counts.insert(count, {.reason = reason,
                                        .location = location,
                                        .sender = place.sender,
                                        .count = 0,
                                        .first = drop.time,
                                        .last = drop.time});
  }
  ++count->count;
  count->last = drop.time;
}

void LocalDrops::lose(std::uint64_t drops, Time until) {
  if (drops == 0) return;
  lost_ += drops;
  unknown_until_ = std::max(unknown_until_, until);
}

void LocalDrops::collect(const FlowDrops& drops, const FlowRecord& record, std::vector<LocalDrop>& found) {
  for (const Count& count : drops.counts) {
    if (count.last + kClocks < record.first) continue;  // of an earlier flow between the same ports
    const bool from_client = count.sender == record.initiator;
    auto same = std::ranges::find_if(found, [&](const LocalDrop& one) {
      return one.reason == count.reason && one.location == count.location && one.from_client == from_client;
    });
    if (same == found.end()) {
      same = found.insert(same, {.reason = std::string(count.reason),
                                 .location = std::string(count.location),
                                 .from_client = from_client,
                                 .count = 0,
                                 .first = count.first,
                                 .last = count.last});
    }
    same->count += count.count;
    same->first = std::min(same->first, count.first);
    same->last = std::max(same->last, count.last);
  }
}

void LocalDrops::explain(Finding& finding) {
  finding.local_drops.clear();
  for (const Flow& flow : finding.exemplars) {
    FlowKey key = flow.record.key;
    key.encapsulation = 0;
    if (!flows_.contains(key)) continue;
    collect(of_flow(key, Time{}), flow.record, finding.local_drops);
  }
  std::ranges::stable_sort(finding.local_drops, std::greater(), &LocalDrop::count);
  finding.local_drops_known = since_ <= finding.first && unknown_until_ < finding.first;
}

CaptureSummary::Drops LocalDrops::totals() const {
  CaptureSummary::Drops all{.reasons = {}, .lost = lost_};
  for (const auto& [names, count] : totals_) {
    all.reasons.push_back({.reason = std::string(names.first), .location = std::string(names.second), .count = count});
  }
  std::ranges::stable_sort(all.reasons, std::greater(), &CaptureSummary::DropCount::count);
  return all;
}

std::string reason_text(std::string_view reason, std::string_view location) {
  std::string text(reason.empty() ? "for a reason that this kernel does not name" : reason);
  if (!location.empty()) text += fmt::format(" at {}", location);
  return text;
}

std::string drop_text(const LocalDrop& drop) {
  return fmt::format("this host dropped {} of the {}: {} (kernel, skb:kfree_skb)", counted(drop.count, "packet"),
                     drop.from_client ? "client" : "server", reason_text(drop.reason, drop.location));
}

}  // namespace whydrop
