// What each thread does with a chunk.
#include "src/app/shared_reading.h"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "dissectors/link/ethernet.h"
#include "src/app/chunk_queue.h"
#include "src/core/blocked_signals.h"
#include "src/core/prefetch.h"

namespace whydrop {
namespace {

std::size_t part_of(const Ends& ends) { return Shares::part(ends.src, ends.src_port, ends.dst, ends.dst_port); }

/// Of the frames that come next in the chunk. Whose others are has to be dissected to be known.
void sort_out(const Shares& shares, std::span<const Frame> frames, std::vector<std::vector<std::uint32_t>>& wanted) {
  for (const Frame& frame : frames) {
    const auto place = static_cast<std::uint32_t>(frame.ref.number() - 1);
    if (const auto ends = usual_ends(frame)) wanted[shares.owner(part_of(*ends))].push_back(place);
    else std::ranges::for_each(wanted, [&](auto& places) { places.push_back(place); });
  }
}

/// One thread's table, and the packets that are on their way into it.
class Tracker {
 public:
  explicit Tracker(FlowTable& table) : table_(table) {}

  void track(const ReadChunk& read) {
    constexpr std::size_t kAhead = 8;  // what another thread wrote is in its cache
    const std::uint64_t before = table_.traffic().packets;
    const std::vector<std::uint32_t>& wanted = read.wanted[table_.share().mine];
    table_.count(read.traffic);
    for (std::size_t at = 0; at < wanted.size(); ++at) {
      if (at + kAhead < wanted.size()) prefetch(&read.chunk.frames[wanted[at + kAhead]]);
      Frame& frame = frames_[count_++] = read.chunk.frames[wanted[at]];
      frame.ref = PacketRef(frame.ref.file(), before + frame.ref.number());
      if (count_ == frames_.size()) hand_on();
    }
    hand_on();
  }

 private:
  void hand_on() { table_.track(std::span<const Frame>(frames_).first(std::exchange(count_, 0))); }

  FlowTable& table_;
  std::array<Frame, 512> frames_{};
  std::size_t count_ = 0;
};

class SharedReading {
 public:
  SharedReading(Source& source, std::span<FlowTable* const> tables, const ChunkReader& chunks)
      : source_(source),
        tables_(tables),
        queue_(tables.size(), chunks.count(), chunks.start(), tables.front()->shared_bound()) {}

  SharedEnd run(const std::function<bool(std::uint64_t)>& go_on) {
    bool wanted = true;
    {
      const std::vector<std::jthread> others = start_others();
      work(0, [&](std::uint64_t place) {
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
        others.emplace_back([this, who] { work(who, [](std::uint64_t) { return true; }); });
      }
    } catch (const std::exception&) {
      queue_.abandon();  // no more threads may be started here
    }
    return others;
  }

  void work(std::size_t who, const std::function<bool(std::uint64_t)>& go_on) {
    try {
      FlowTable& table = *tables_[who];
      const auto reader = source_.chunk_reader();
      const auto tracker = std::make_unique<Tracker>(table);
      for (auto task = queue_.next(who); task.chunk != nullptr; task = queue_.next(who)) {
        if (task.kind == ChunkQueue::Task::Kind::read) {
          read(*reader, task, table);
          continue;
        }
        tracker->track(*task.chunk);
        const std::uint64_t end = task.chunk->chunk.end;  // once all have tracked it, it becomes another one
        const std::uint64_t behind = queue_.have_tracked(who, table.load());
        if (who == 0) reader->leave(behind);
        if (!go_on(end)) queue_.end_soon();
      }
    } catch (...) {
      queue_.abandon();  // who reads alone meets the same, or not, and there somebody is told
    }
  }

  void read(ChunkReader& reader, const ChunkQueue::Task& task, const FlowTable& table) {
    ReadChunk& read = *task.chunk;
    read.traffic = {};
    for (auto& places : read.wanted) places.clear();
    reader.read(task.number, read.chunk, [&](std::span<const Frame> frames) {
      read.traffic.count(frames);
      sort_out(table.share().shares, frames, read.wanted);
    });
    queue_.have_read(task.number);
  }

  Source& source_;
  std::span<FlowTable* const> tables_;
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
  return SharedReading(source, tables, *source.chunk_reader()).run(go_on);
}

}  // namespace whydrop
