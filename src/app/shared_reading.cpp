// What each thread does with a chunk.
#include "src/app/shared_reading.h"

#include <algorithm>
#include <array>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "dissectors/link/ethernet.h"
#include "dissectors/registry.h"
#include "src/app/chunk_queue.h"
#include "src/core/blocked_signals.h"

namespace whydrop {
namespace {

constexpr std::uint8_t kUnknown = 0xff;  ///< owner of a frame that has to be dissected to know

std::size_t part_of(const Ends& ends) { return Shares::part(ends.src, ends.src_port, ends.dst, ends.dst_port); }

void find_owners(const Shares& shares, std::span<const Frame> frames, std::vector<std::uint8_t>& owners) {
  for (const Frame& frame : frames) {
    const auto ends = usual_ends(frame);
    owners.push_back(ends ? static_cast<std::uint8_t>(shares.owner(part_of(*ends))) : kUnknown);
  }
}

/// One thread's table, and the packets that are on their way into it.
class Tracker {
 public:
  explicit Tracker(FlowTable& table) : table_(table) {}

  void track(const ReadChunk& read) {
    const std::uint64_t before = table_.traffic().packets;
    table_.count(read.traffic);
    for (std::size_t at = 0; at < read.owners.size(); ++at) {
      if (read.owners[at] != table_.share().mine && read.owners[at] != kUnknown) continue;
      Frame& frame = coming_[count_] = read.chunk.frames[at];
      frame.ref = PacketRef(frame.ref.file(), before + frame.ref.number());
      prefetch_headers(frame);
      if (++count_ == coming_.size()) hand_on();
    }
    hand_on();
    hand_on();
  }

 private:
  /// Those that came before, whose headers have arrived meanwhile, go into the table.
  void hand_on() {
    for (std::size_t at = 0; at < arrived_count_; ++at) dissect(dissectors(), arrived_[at], views_[at]);
    table_.track(std::span<const Frame>(arrived_).first(arrived_count_), std::span(views_).first(arrived_count_));
    std::swap(coming_, arrived_);
    arrived_count_ = std::exchange(count_, 0);
  }

  FlowTable& table_;
  std::array<Frame, FlowTable::kMostAtOnce> coming_{};
  std::array<Frame, FlowTable::kMostAtOnce> arrived_{};
  std::size_t count_ = 0;
  std::size_t arrived_count_ = 0;
  std::array<PacketView, FlowTable::kMostAtOnce> views_;
};

class SharedReading {
 public:
  SharedReading(Source& source, std::span<FlowTable* const> tables)
      : source_(source),
        tables_(tables),
        first_(source.chunk_reader()),
        queue_(tables.size(), first_ ? first_->count() : 0, first_ ? first_->start() : 0,
               tables.front()->shared_bound()) {}

  SharedEnd run(const std::function<bool(std::uint64_t)>& go_on) {
    if (!first_) return SharedEnd::rest;
    bool wanted = true;
    {
      const std::vector<std::jthread> others = start_others();
      work(0, std::move(first_), [&](std::uint64_t place) {
        wanted = wanted && go_on(place);
        return wanted;
      });
    }
    const TrafficFacts& tracked = queue_.tracked();
    const bool good = source_.skip_to(queue_.end(), tracked.packets, tracked.bytes);
    if (queue_.is_abandoned() || !good) return SharedEnd::wrong;
    return wanted ? SharedEnd::rest : SharedEnd::stopped;
  }

 private:
  std::vector<std::jthread> start_others() {
    const BlockedSignals for_the_threads;
    std::vector<std::jthread> others;
    try {
      for (std::size_t who = 1; who < tables_.size(); ++who) {
        others.emplace_back([this, who] { work(who, source_.chunk_reader(), [](std::uint64_t) { return true; }); });
      }
    } catch (const std::system_error&) {
      queue_.abandon();  // no more threads may be started here
    }
    return others;
  }

  void work(std::size_t who, std::unique_ptr<ChunkReader> reader, const std::function<bool(std::uint64_t)>& go_on) {
    try {
      FlowTable& table = *tables_[who];
      const auto tracker = std::make_unique<Tracker>(table);
      for (auto task = queue_.next(who); task.chunk != nullptr; task = queue_.next(who)) {
        if (task.kind == ChunkQueue::Task::Kind::read) {
          read(*reader, task, table);
          continue;
        }
        tracker->track(*task.chunk);
        const std::uint64_t behind = queue_.have_tracked(who, table.load());
        if (who == 0) reader->leave(behind);
        if (!go_on(task.chunk->chunk.end)) queue_.end_soon();
      }
    } catch (...) {
      queue_.abandon();  // who reads alone meets the same, or not, and there somebody is told
    }
  }

  void read(ChunkReader& reader, const ChunkQueue::Task& task, const FlowTable& table) {
    ReadChunk& read = *task.chunk;
    read.traffic = {};
    read.owners.clear();
    reader.read(task.number, read.chunk, [&](std::span<const Frame> frames) {
      read.traffic.count(frames);
      find_owners(table.share().shares, frames, read.owners);
    });
    queue_.have_read(task.number);
  }

  Source& source_;
  std::span<FlowTable* const> tables_;
  std::unique_ptr<ChunkReader> first_;
  ChunkQueue queue_;
};

}  // namespace

Shares shares_for(std::uint32_t tables, const Source& source) {
  std::array<std::uint32_t, Shares::kParts> packets{};
  const auto count = [&](std::span<const Frame> frames) {
    for (const Frame& frame : frames) {
      if (const auto ends = usual_ends(frame)) ++packets[part_of(*ends)];
    }
  };
  Chunk first;
  source.chunk_reader()->read(0, first, count);
  Shares shares(tables);
  shares.balance(packets);
  return shares;
}

SharedEnd read_shared(Source& source, std::span<FlowTable* const> tables,
                      const std::function<bool(std::uint64_t)>& go_on) {
  return SharedReading(source, tables).run(go_on);
}

}  // namespace whydrop
