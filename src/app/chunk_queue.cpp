// What there is to do next.
#include "src/app/chunk_queue.h"

#include <algorithm>

namespace whydrop {

ChunkQueue::Task ChunkQueue::next(std::size_t who) {
  std::unique_lock lock(mutex_);
  const Thread& self = threads_[who];
  while (!abandoned_ && self.tracked < last_) {
    if (may_track(self)) return {Task::Kind::track, self.tracked, &slot(self.tracked).chunk};
    if (begun_ < std::min(last_, slowest() + slots_.size())) {
      slot(begun_).is_ready = false;
      const std::uint64_t number = begun_++;
      return {Task::Kind::read, number, &slot(number).chunk};
    }
    if (self.tracked < last_) changed_.wait(lock);  // may_track may have ended it
  }
  return {};
}

/// Ends everything where it sees that the next chunk is not to be tracked at all.
bool ChunkQueue::may_track(const Thread& self) {
  const std::uint64_t number = self.tracked;
  if (number >= begun_ || !slot(number).is_ready) return false;
  if (number < admitted_) return true;  // by somebody else
  const ReadChunk& next = slot(number).chunk;
  const bool follows = next.chunk.is_plain && next.chunk.begin == self.end;
  if (follows && has_room_for(number)) {
    tracked_.append(next.traffic);
    ++admitted_;
    return true;
  }
  if (!follows || slowest() == number) end_after(number);
  return false;
}

void ChunkQueue::have_read(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  slot(number).is_ready = true;
  changed_.notify_all();
}

std::uint64_t ChunkQueue::have_tracked(std::size_t who, FlowTable::Load load) {
  const std::scoped_lock lock(mutex_);
  Thread& self = threads_[who];
  self.end = slot(self.tracked).chunk.chunk.end;
  ++self.tracked;
  self.load = load;
  changed_.notify_all();
  return slowest();
}

void ChunkQueue::end_soon() {
  const std::scoped_lock lock(mutex_);
  end_after(admitted_);
}

void ChunkQueue::abandon() {
  const std::scoped_lock lock(mutex_);
  abandoned_ = true;
  changed_.notify_all();
}

void ChunkQueue::end_after(std::uint64_t chunks) {
  last_ = std::min(last_, chunks);
  changed_.notify_all();
}

std::uint64_t ChunkQueue::slowest() const { return std::ranges::min_element(threads_, {}, &Thread::tracked)->tracked; }

/// Whatever is in the packets up to the end of this chunk: each opens one record at most, and takes two details.
bool ChunkQueue::has_room_for(std::uint64_t number) {
  std::uint64_t packets = 0;
  for (std::uint64_t under_way = slowest(); under_way <= number; ++under_way) {
    packets += slot(under_way).chunk.traffic.packets;
  }
  FlowTable::Load load{.records = packets, .details = 2 * packets};
  for (const Thread& thread : threads_) load += thread.load;
  return load.fits(bound_);
}

}  // namespace whydrop
