// Who of several threads reads which chunk of a file, and when it tracks which.
//
// Each thread tracks its share of all chunks, in order. Where the next one has not been read, it reads one that nobody
// else is reading: so who has fewer flows to track reads more, and nobody waits but for a chunk that is being read.
// What each holds in memory is known as of its last chunk. As long as all tables together must be below their bound,
// whatever the chunks under way may bring, another one is begun.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "src/capture/chunks.h"
#include "src/flow/table.h"

namespace whydrop {

/// A chunk, and what is found out about its frames while they are in the cache.
struct ReadChunk {
  Chunk chunk;
  TrafficFacts traffic;                            ///< of frames alone
  std::vector<std::vector<std::uint32_t>> wanted;  ///< by each table: the places of frames that may be in its share
};

class ChunkQueue {
 public:
  /// Of so many chunks the first begins at `start`. All tables together stay below `bound`.
  ChunkQueue(std::size_t threads, std::uint64_t chunks, std::uint64_t start, FlowTable::Load bound)
      : bound_(bound), threads_(threads, {.end = start}), slots_(kAhead + threads), last_(chunks) {
    for (Slot& slot : slots_) slot.chunk.wanted.resize(threads);
  }

  struct Task {
    enum class Kind : std::uint8_t { read, track, none };
    Kind kind = Kind::none;  ///< none: there is no more to do
    std::uint64_t number = 0;
    ReadChunk* chunk = nullptr;
  };
  /// Waits for something to do.
  Task next(std::size_t who);
  /// Task::Kind::read is done.
  void have_read(std::uint64_t number);
  /// Task::Kind::track is done; the thread's table holds `load` now. The number of the first chunk that is not behind
  /// all threads.
  std::uint64_t have_tracked(std::size_t who, FlowTable::Load load);
  /// The last chunk is the one that the fastest thread tracks.
  void end_soon();
  /// Something went wrong: there is nothing to do any more.
  void abandon();
  bool is_abandoned() const { return abandoned_; }

  /// When there is nothing to do any more: packets, and their bytes, of all chunks that were tracked, and where the
  /// last ended.
  const TrafficFacts& tracked() const { return tracked_; }
  std::uint64_t end() const { return threads_.front().end; }

 private:
  static constexpr std::size_t kAhead = 4;

  struct Slot {
    ReadChunk chunk;
    bool is_ready = false;
  };
  struct Thread {
    std::uint64_t tracked = 0;  ///< chunks
    std::uint64_t end = 0;      ///< of the last
    FlowTable::Load load;
  };

  Slot& slot(std::uint64_t number) { return slots_[number % slots_.size()]; }
  std::uint64_t slowest() const;
  bool may_track(const Thread& self);
  bool has_room_for(std::uint64_t number);
  void end_after(std::uint64_t chunks);

  std::mutex mutex_;
  std::condition_variable changed_;
  FlowTable::Load bound_;
  std::vector<Thread> threads_;
  std::vector<Slot> slots_;
  std::uint64_t last_;          ///< so many chunks are tracked by all
  std::uint64_t begun_ = 0;     ///< so many has somebody begun to read
  std::uint64_t admitted_ = 0;  ///< so many has somebody begun to track
  TrafficFacts tracked_;        ///< of those
  bool abandoned_ = false;
};

}  // namespace whydrop
