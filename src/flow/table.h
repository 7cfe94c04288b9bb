// The flow table: finds or opens the record of each packet's conversation and lets the transport's tracker write
// facts into it. Memory is accounted and bounded; nothing is allocated per packet.
//
// What a packet costs, and why the table is built so. `./dev bench --stages` measures it; in round figures of one
// virtual machine, of which libpcap's bare loop takes 250 and 160 ns:
//
//   in a few busy flows           reading 45, its headers 10, tracking  35 ns: memory has to bring the headers
//   in 230,000 flows side by side reading 33, its headers 23, tracking 135 ns: flows open and close
//
// Most packets are what both ends expect, and take short ways. Of a TCP segment in a usual frame a few words are read
// (dissectors/link/ethernet.h); where it comes in order on a healthy connection, they are noted in a third of the
// instructions (flow/tcp_predicted.h), and no more of it is ever looked at. All other packets are dissected, a third of
// those of many short flows; they take most of the time there. Tests hold the short ways to what the long ones find.
//
// A packet of a flow that was not touched lately misses the cache for its headers, its index slot, its record and its
// detail, each time because the one before had to tell where. So packets go in groups, each a step behind the next
// (table_arrivals.cpp), and what a step will touch was asked for when the one before it was done. That is why a record
// is two cache lines, why a sender's busy facts fill one and stand first, and why rare facts stand behind them,
// although a few of them would read better elsewhere. A branch that nobody can predict costs more than the
// comparisons that do without: so which endpoint is lower is found without one.
//
// The next price is memory that was never touched before: the kernel clears it, in a virtual machine its host brings
// it, and both cost microseconds a page. Records and details therefore live in large pages (core/large_memory.h), a
// detail goes back as soon as verdicts cannot need it any more, and the next flow gets that very one, still warm. A
// SYN that nobody answers has none at all: floods are made of them.
//
// Several threads share a large file (app/shared_reading.h). Each reads some of its chunks, of which the records are
// found without those before them, and tracks its share of the flows of all chunks in a table of its own, so that
// nothing that is written often is shared, and every flow sees its packets in order. Whose a packet is, a few fields
// tell (usual_ends); only where they do not, all dissect it. Reading all by one thread and tracking by another was
// tried first: what comes from another processor's cache comes more slowly than from memory, unless it was asked for
// well ahead, as a chunk's list of frames allows. Where memory runs short the tables become one, because which flow
// leaves first must not depend on threads; then, and where a file cannot be shared, a second thread has the kernel
// prepare memory (core/memory_helper.h). Findings, which have nothing to do with each other, are filled in, explained
// and written as full text by all threads (core/in_parallel.h).
//
// What is left is spread over all stages: about 1,400 instructions a packet in many short flows, a third of them for
// the nine packets that open and close each, a tenth for judging; and over fresh memory, a tenth to a quarter of the
// time. The next steps would be to hand on what a thread read of a chunk's headers instead of having them read again;
// to count the census by several threads, table by table; to keep a lone SYN in less than its record's 168 bytes, and
// an answered ping without its two kilobytes.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "src/flow/encapsulations.h"
#include "src/flow/fragments.h"
#include "src/flow/index.h"
#include "src/flow/packet.h"
#include "src/flow/place.h"
#include "src/flow/pool.h"
#include "src/flow/record.h"
#include "src/flow/share.h"
#include "src/flow/tcp_tracker.h"
#include "src/flow/traffic.h"
#include "src/wire/dissector.h"
#include "src/wire/frame.h"
#include "src/wire/packet_view.h"

namespace whydrop {

/// Called with a record that leaves the table before the capture ends, because the memory bound was reached, and with
/// the time of the packet that made it leave.
using FlowSink = std::function<void(const FlowRecord&, Held, Time)>;

class FlowTable {
 public:
  /// What becomes of the details of a TCP connection that ended uneventfully, and of a question that was answered at
  /// once: verdicts need them no more, and never see them again.
  enum class Details : std::uint8_t { while_needed, kept_to_show };

  /// `memory_bound` in bytes covers records, details and the index. Of the packets it gets, a table that has a share
  /// tracks those that belong to it, and lets all others pass.
  FlowTable(const DissectorTable& dissectors, std::uint64_t memory_bound, FlowSink folded,
            Details kept = Details::while_needed, const Share& share = {});

  /// The next packets, in order: any number, best many, since what they will touch is asked for ahead, so that cache
  /// misses overlap. Of most of them no more is read than their flows need.
  void add(std::span<const Frame> frames);
  /// Those that somebody had to dissect anyway. The view's application facts grow where a TCP connection begins to
  /// speak.
  void add(std::span<const Frame> frames, std::span<PacketView> views);
  void add(const Frame& frame, PacketView& view) { add(std::span(&frame, 1), std::span(&view, 1)); }
  /// The two halves of `add`, for who knows of some packets that they are not in this table's share: all are counted,
  /// the others tracked.
  void count(const TrafficFacts& frames) { traffic_.append(frames); }
  void track(std::span<const Frame> frames);
  /// Of SYNs without an answer so many wait for one at most; beyond, the oldest are folded. For who has to judge again
  /// and again in the middle of a flood.
  void bound_lone_syns(std::size_t most) { lone_syn_bound_ = most; }
  /// No packet follows: what still waits for one is given up.
  void finish();
  /// Datagrams whose last fragment came before `then` are given up.
  void give_up_fragments(Time then) { fragments_.give_up(then); }

  struct Load {
    std::size_t records = 0;
    std::size_t details = 0;

    bool fits(const Load& bound) const { return records <= bound.records && details <= bound.details; }
    Load& operator+=(const Load& other) {
      records += other.records;
      details += other.details;
      return *this;
    }
  };
  Load load() const { return {.records = records_.live(), .details = details_.live()}; }
  /// What tables that have shares may hold together: half of what one may, so that there is room for the one that they
  /// become then.
  Load shared_bound() const { return {.records = record_bound_ / 2, .details = detail_bound_ / 2}; }

  // Tables that got the same packets, each of them a share of their own, are put together in one of two ways. Nothing
  // was folded yet.
  /// From now on this table shows what the others hold, and takes no packet any more. It had the first share.
  void adopt(std::vector<std::unique_ptr<FlowTable>> others);
  /// A fresh table that has no share becomes what it would be if it had got all packets of `whole` itself.
  void take_over(const FlowTable& whole);

  const Share& share() const { return share_; }
  const TrafficFacts& traffic() const { return traffic_; }
  const Encapsulations& encapsulations() const { return encapsulations_; }
  /// Bytes that records, details and the index hold now.
  std::uint64_t memory_used() const;

  /// Live records in the order of their first packet.
  std::vector<const FlowRecord*> ordered() const;
  /// Null where the flow has none. That of a lone SYN is put together in `recalled`.
  const FlowDetail* detail(const FlowRecord& record, FlowDetail& recalled) const;
  Held held(const FlowRecord& record) const {
    if (record.is_lone_syn) return {.lone_syn = &home(record).lone_syns_[record.detail]};
    return {.detail = detail(record)};
  }
  /// The same, but null for a lone SYN.
  const FlowDetail* detail(const FlowRecord& record) const {
    return record.has_detail() ? &home(record).details_[record.detail] : nullptr;
  }
  /// What the flow had when verdicts needed its detail no more (Details::kept_to_show).
  const FlowDetail* shown_detail(const FlowRecord& record) const;

  // What an earlier table held comes back, and packets of which only facts are left (src/flow/join.h).
  FlowRecord& restore(const FlowRecord& record, const FlowDetail* detail);
  void restore(const TrafficFacts& traffic) { traffic_ = traffic; }
  std::uint16_t restore(const Encapsulation& carriers) { return encapsulations_.restore(carriers); }
  /// The latest with this key.
  FlowRecord* find(const FlowKey& key) { return find(key, hash(key)); }
  void restore(const Datagram& datagram) { fragments_.restore(datagram); }
  /// Datagrams whose last fragments may still come.
  std::vector<Datagram> open_datagrams() const { return fragments_.open(); }
  /// The record that the packet went to; null where it belongs to none.
  FlowRecord* replay(const Frame& frame, PacketView& view, std::uint64_t payload_print);
  FlowDetail* detail(FlowRecord& record) {
    if (record.is_lone_syn) take_detail(record);
    return detail_of(record);
  }
  /// Takes a detail if the flow has none and memory allows.
  void take_detail(FlowRecord& record);
  /// Lets go of the detail if verdicts need it no more.
  void settle(FlowRecord& record);

 private:
  using InitiativeOf = Initiative (*)(const Packet&, const FlowKey&, Side);

  /// A packet on its way to its flow.
  struct Arrival {
    FlowPlace place;
    Segment segment;             ///< valid where there is no view
    PacketView* view = nullptr;  ///< null: not dissected yet, and perhaps never
  };
  /// Some that go the same way at once, in steps between which memory has the time to answer.
  struct Group {
    static constexpr std::size_t kSize = 16;

    std::span<const Frame> frames;
    std::array<Arrival, kSize> arrivals;
    std::array<PacketView, kSize> views;
    std::uint64_t losses = 0;  ///< FlowIndex::losses when it was asked for their places

    std::span<Arrival> arrived() { return std::span(arrivals).first(frames.size()); }
  };
  static constexpr std::size_t kSteps = 4;

  void track(std::span<const Frame> frames, std::span<PacketView> views);
  void arrive(Group& group, std::span<PacketView> views);
  void arrive(const Frame& frame, PacketView& view, Arrival& arrival);
  void look_up(Group& group);
  void prefetch_details(Group& group);
  void add(Group& group);
  bool add_expected(const Frame& frame, const Arrival& arrival);
  /// Whether the next segment of its flow could be any packet, or this one was found to be none.
  enum class Expected : std::uint8_t { perhaps, no };

  void add(const Packet& packet, const FlowPlace& place, Expected expected = Expected::perhaps);
  bool is_ours(const PacketView& view, const FlowPlace& place) const;
  void count_kind(const PacketView& view);
  void count_unusual(const PacketView& view);
  void add_tcp(const Packet& packet, const FlowPlace& place, Expected expected);
  void add_other(const Packet& packet, const FlowPlace& place);
  void add_exchange(const Packet& packet, FlowPlace place);
  void add_neighbor(const Packet& packet, std::uint16_t encapsulation);
  void add_icmp_error(const Packet& packet, std::uint16_t encapsulation);
  void add_fragment(const Packet& packet, const FlowPlace& place);
  void note_words(const FlowRecord& record, const Packet& packet, Side sender);
  void note_incomplete(const Datagram& datagram);

  FlowRecord* find(const FlowKey& key, std::uint64_t key_hash);
  FlowRecord* find(const FlowPlace& place) {
    const bool is_likely = place.likely != FlowIndex::kNone && records_[place.likely].key == place.key;
    return is_likely ? &records_[place.likely] : find(place.key, place.hash);
  }
  bool is_carried_otherwise(const FlowRecord& record, const FlowKey& key) const;
  FlowRecord* find_syn_carried_otherwise(const FlowPlace& place, const Packet& packet);
  FlowRecord& find_or_open(const FlowPlace& place, const Packet& packet, InitiativeOf initiative_of);
  FlowRecord& open(const FlowPlace& place, const Packet& packet, InitiativeOf initiative_of);
  FlowRecord& reopen(FlowRecord& old, const Packet& packet, Side sender);
  std::uint32_t open(const FlowKey& key, const Packet& packet, Initiative initiative);
  void keep_lone_syn(std::uint32_t number, const Packet& packet);
  void release_detail(FlowRecord& record);
  void forget_shown(const FlowRecord& record);
  void touch(FlowRecord& record, const Packet& packet, Side sender);
  void note_carriage_of(FlowRecord& record, const Packet& packet, Side sender);
  FlowDetail* detail_of(const FlowRecord& record) { return record.has_detail() ? &details_[record.detail] : nullptr; }
  /// The table that holds the record: this one, or one that it adopted.
  const FlowTable& home(const FlowRecord& record) const { return others_.empty() ? *this : holder(record); }
  const FlowTable& holder(const FlowRecord& record) const;
  void name(const FlowRecord& record, std::uint32_t number);
  void copy(const FlowRecord& record, const FlowTable& from);
  void fold_one(Time now);
  void fold_lone_syn(Time now);
  void fold(std::uint32_t victim, Time now);

  const DissectorTable& dissectors_;
  Share share_;
  std::vector<std::unique_ptr<FlowTable>> others_;  ///< adopted
  TrafficFacts traffic_;
  FlowSink folded_;
  Details details_kept_;
  std::size_t record_bound_;
  std::size_t detail_bound_;
  FlowIndex index_;
  Pool<FlowRecord> records_;
  Pool<FlowDetail> details_;
  Pool<LoneSyn> lone_syns_;
  std::unordered_map<const FlowRecord*, std::uint32_t> shown_;  ///< details of settled flows, where they are kept
  Encapsulations encapsulations_;
  Fragments fragments_;
  std::array<Group, kSteps> groups_;  ///< each is a step behind the next
  PacketView view_;                   ///< of a packet that was worth it after all
  std::size_t lone_syn_bound_ = std::numeric_limits<std::size_t>::max();
  std::uint32_t syn_hand_ = 0;   ///< the same, for a lone SYN
  std::uint32_t fold_hand_ = 0;  ///< where the search for a record to fold goes on
};

}  // namespace whydrop
