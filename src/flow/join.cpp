// A later part's openings are replayed twice: on top of what the earlier parts knew, which gives the records that one
// pass has at that point, and alone, which gives what the later part had there. What the later part knew at its end,
// less the second, is then added to the first (merge.h). A conversation of few packets is exact by the replay alone.
#include "src/flow/join.h"

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "src/flow/merge.h"
#include "src/flow/tcp_tracker.h"

namespace whydrop {
namespace {

struct KeyHash {
  std::size_t operator()(const FlowKey& key) const { return hash(key); }
};

/// For a table whose packets have no bytes.
const DissectorTable& nobody() {
  static const DissectorTable kNone{std::span<const Dissector>{}};
  return kNone;
}

/// Whether `later`, of a part whose first packets are not known, goes on where `earlier` ended.
bool continues(const FlowRecord& earlier, const FlowRecord& later) {
  if (later.first < earlier.last) return false;  // recorded at two places
  const auto goes_on = [&](Side side) {
    const bool opens = later.side(side).has_any(saw::syn | saw::syn_ack);
    return !opens || earlier.packets() == 0 || earlier.side(side).packets == 0 ||
           earlier.side(side).isn == later.side(side).isn;
  };
  const bool opens_anew = later.client().has(saw::syn) && !earlier.client().has(saw::syn);
  return later.key.transport != Transport::tcp || (!opens_anew && goes_on(Side::low) && goes_on(Side::high));
}

/// Whether the rest holds what a settled flow takes a detail for.
bool has_news(const LaterPart& part) {
  if (!part.now.detail) return false;
  static const FlowDetail kNothing;
  const FlowDetail& then = part.then.detail ? *part.then.detail : kNothing;
  const FlowDetail& now = *part.now.detail;
  return now.fragments.incomplete != then.fragments.incomplete || now.exchange != then.exchange;
}

/// Encapsulations are numbered afresh: a part's numbers are those of its own capture.
std::uint16_t renumbered(std::uint16_t number, const std::vector<std::uint16_t>& numbers) {
  return number < numbers.size() ? numbers[number] : number;
}

Frame frame_of(const OpeningPacket& packet) {
  return {.ref = packet.ref, .time = packet.time, .bytes = {}, .packet_id = packet.packet_id};
}

/// Facts only: there are no bytes to be looked at.
void restore_view(const OpeningPacket& packet, PacketView& view) {
  view.reset(packet.direction, FrameVerdict::unknown);
  view.packet = packet.packet;
  view.packet.payload_offset = view.packet.payload_captured = 0;
  view.packet.ip.more_fragments = false;  // fragments were counted by the part
  view.has_quote = packet.quoted != nullptr;
  if (packet.quoted != nullptr) view.quoted = *packet.quoted;
  view.has_macs = packet.to_group;
  view.dst_mac = MacAddress{.bytes = {1}};
  view.vlan = packet.vlan;
  view.mpls_label = packet.mpls_label;
  view.tunnel = packet.tunnel;
  view.witness = packet.witness;
  view.layer_count = PacketView::kMaxLayers;  // no dissector can begin
}

class Joining {
 public:
  Joining(FlowTable& table, FlowPart part)
      : joined_(table),
        alone_(
            nobody(), kUnbounded, [](const FlowRecord&, Held, Time) {}, FlowTable::Details::kept_to_show),
        part_(std::move(part)),
        met_(part_.flows.size()) {}

  void run() {
    const TrafficFacts before = joined_.traffic();
    renumber();
    std::unordered_map<FlowKey, std::vector<std::size_t>, KeyHash> of_tuple;
    for (const Opening& opening : part_.openings) static_cast<void>(of_tuple[opening.tuple]);
    for (std::size_t at = 0; at < part_.flows.size(); ++at) {
      const auto opening = of_tuple.find(tuple_of(part_.flows[at].flow.record.key));
      if (opening == of_tuple.end()) add_unopened(part_.flows[at]);
      else opening->second.push_back(at);
    }
    for (const Opening& opening : part_.openings) join(opening, of_tuple[opening.tuple]);
    for (const Datagram& datagram : part_.datagrams) joined_.restore(datagram);
    TrafficFacts all = sum(before, part_.traffic);
    const TrafficFacts& replayed = joined_.traffic();
    all.folded += replayed.folded - before.folded;
    // Copies of packets that the part before had recorded; the part alone could not know them.
    all.copies += replayed.copies - before.copies - alone_.traffic().copies;
    joined_.restore(all);
  }

 private:
  static constexpr std::uint64_t kUnbounded = std::uint64_t{1} << 40U;

  /// One conversation of the part: as it was alone, and where its packets went.
  struct Conversation {
    FlowRecord* alone = nullptr;
    FlowRecord* joined = nullptr;
    PacketRef joined_first;
    std::size_t flow = 0;  ///< in part_.flows
  };

  void renumber() {
    std::vector<std::uint16_t> numbers = {0};
    for (const Encapsulation& carriers : part_.carriers) numbers.push_back(joined_.restore(carriers));
    for (Datagram& datagram : part_.datagrams) {
      datagram.flow.encapsulation = renumbered(datagram.flow.encapsulation, numbers);
      datagram.flow_hash = hash(datagram.flow);
    }
    for (PartFlow& flow : part_.flows) {
      flow.flow.record.key.encapsulation = renumbered(flow.flow.record.key.encapsulation, numbers);
      if (!flow.flow.detail || flow.flow.detail->other_encapsulation < 0) continue;
      flow.flow.detail->other_encapsulation =
          renumbered(static_cast<std::uint16_t>(flow.flow.detail->other_encapsulation), numbers);
    }
  }

  /// Without its first packets: what began before is told by sequence numbers and times alone.
  void add_unopened(PartFlow& flow) {
    const bool is_first = begun_.insert(tuple_of(flow.flow.record.key)).second;
    FlowRecord* const earlier = joined_.find(flow.flow.record.key);
    if (is_first_part_ || !is_first || earlier == nullptr || !continues(*earlier, flow.flow.record))
      return restore(flow);
    add_rest(*earlier, joined_.detail(*earlier), LaterPart{.then = {}, .now = flow.flow});
    joined_.settle(*earlier);
  }

  void restore(const PartFlow& flow) {
    const bool has_detail = flow.flow.detail && !flow.settled;
    joined_.restore(flow.flow.record, has_detail ? &*flow.flow.detail : nullptr);
  }

  void join(const Opening& opening, const std::vector<std::size_t>& flows) {
    std::map<PacketRef, Conversation> open;
    std::map<PacketRef, std::size_t> by_first;
    for (const std::size_t at : flows) by_first[part_.flows[at].flow.record.first_packet] = at;
    for (const OpeningPacket& packet : opening.packets) {
      restore_view(packet, view_);
      FlowRecord* const alone = alone_.replay(frame_of(packet), view_, packet.payload_print);
      // A connection that takes the place of another one: that one is complete.
      if (alone != nullptr && !open.contains(alone->first_packet)) close_replaced(open, *alone);
      restore_view(packet, view_);
      FlowRecord* const joined = joined_.replay(frame_of(packet), view_, packet.payload_print);
      if (alone == nullptr || joined == nullptr) continue;
      const auto flow = by_first.find(alone->first_packet);
      if (flow == by_first.end()) continue;
      open[alone->first_packet] = {alone, joined, joined->first_packet, flow->second};
      met_[flow->second] = true;
    }
    for (const auto& [first, conversation] : open) add_what_followed(conversation);
    for (const std::size_t at : flows) {
      if (!met_[at]) restore(part_.flows[at]);
    }
  }

  void close_replaced(std::map<PacketRef, Conversation>& open, const FlowRecord& next) {
    std::erase_if(open, [&](const auto& entry) {
      if (entry.second.alone->key != next.key) return false;
      add_what_followed(entry.second);
      return true;
    });
  }

  void add_what_followed(const Conversation& conversation) {
    const PartFlow& flow = part_.flows[conversation.flow];
    FlowRecord& record = *conversation.joined;
    if (record.first_packet != conversation.joined_first) return restore(flow);  // left the table meanwhile
    LaterPart part{.then = {.record = *conversation.alone, .detail = {}}, .now = {}};
    const bool was_settled = alone_.detail(std::as_const(*conversation.alone)) == nullptr;
    const FlowDetail* const then = alone_.shown_detail(*conversation.alone);
    // A detail that was taken anew, when there was something to note after all, knows nothing of what came before.
    const bool is_anew = was_settled && !flow.settled;
    if (is_anew && flow.flow.detail) joined_.take_detail(record);
    else if (then != nullptr) part.then.detail = *then;
    part.now = flow.flow;
    if (!flow.settled && has_news(part)) joined_.take_detail(record);
    add_rest(record, joined_.detail(record), part);
    settle(record);
  }

  /// One pass settles a connection when it closes, and does not look at what comes behind.
  void settle(FlowRecord& record) {
    FlowDetail* const detail = joined_.detail(record);
    if (detail != nullptr && record.key.transport == Transport::tcp) {
      const FlowDetail at_close = without_what_followed_close(*detail);
      if (ended_uneventfully(record, at_close)) *detail = at_close;
    }
    joined_.settle(record);
  }

  FlowTable& joined_;
  FlowTable alone_;
  FlowPart part_;
  const bool is_first_part_ = joined_.traffic().packets == 0;
  std::unordered_set<FlowKey, KeyHash> begun_;
  std::vector<bool> met_;  ///< which of its flows the openings belong to
  PacketView view_;
};

}  // namespace

void join(FlowTable& table, FlowPart part) { Joining(table, std::move(part)).run(); }

TrafficFacts sum(const TrafficFacts& earlier, const TrafficFacts& later) {
  if (earlier.packets == 0) return later;
  if (later.packets == 0) return earlier;
  TrafficFacts all = earlier;
  all.packets += later.packets;
  all.bytes += later.bytes;
  all.first = std::min(earlier.first, later.first);
  all.last = std::max(earlier.last, later.last);
  all.last_packet = later.last_packet;
  all.backward_steps += later.backward_steps + (later.first_packet < earlier.last_packet ? 1U : 0U);
  all.icmp_packets += later.icmp_packets;
  all.undissected += later.undissected;
  all.malformed += later.malformed;
  all.cut_packets += later.cut_packets;
  all.cut_quotes += later.cut_quotes;
  all.fragments += later.fragments;
  all.stray_fragments += later.stray_fragments;
  all.tunnelled += later.tunnelled;
  all.copies += later.copies;
  all.folded += later.folded;
  return all;
}

}  // namespace whydrop
