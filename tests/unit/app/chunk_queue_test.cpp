// Who reads and who tracks a chunk, and when that is over.
#include "src/app/chunk_queue.h"

#include "tests/support/catch.h"

namespace whydrop {
namespace {

using Kind = ChunkQueue::Task::Kind;

constexpr FlowTable::Load kPlenty{.records = 1'000'000, .details = 1'000'000};

/// Two threads of which this test is both.
struct Two {
  explicit Two(std::uint64_t chunks, FlowTable::Load bound = kPlenty) : queue(2, chunks, 0, bound) {}

  /// Thread `who` is to read chunk `number`, which holds ten packets and ten bytes of the file.
  void read(std::size_t who, std::uint64_t number) {
    const auto task = queue.next(who);
    REQUIRE(task.kind == Kind::read);
    REQUIRE(task.number == number);
    task.chunk->chunk.begin = number * 10;
    task.chunk->chunk.end = number * 10 + 10;
    task.chunk->chunk.is_plain = true;
    task.chunk->traffic = {.packets = 10};
  }
  void track(std::size_t who, std::uint64_t number, FlowTable::Load load = {}) {
    const auto task = queue.next(who);
    REQUIRE(task.kind == Kind::track);
    REQUIRE(task.number == number);
    queue.have_tracked(who, load);
  }
  bool has_nothing_for(std::size_t who) { return queue.next(who).kind == Kind::none; }

  ChunkQueue queue;
};

}  // namespace

TEST_CASE("each chunk is read by one thread and tracked by all, in order", "[app][chunks]") {
  Two two(2);
  two.read(0, 0);
  two.read(1, 1);
  two.queue.have_read(1);
  two.queue.have_read(0);
  two.track(1, 0);
  two.track(1, 1);
  CHECK(two.has_nothing_for(1));
  two.track(0, 0);
  two.track(0, 1);
  CHECK(two.has_nothing_for(0));
  CHECK(two.queue.tracked().packets == 20);
  CHECK(two.queue.end() == 20);
}

TEST_CASE("who has tracked all that is read reads on", "[app][chunks]") {
  Two two(3);
  two.read(0, 0);
  two.queue.have_read(0);
  two.track(1, 0);
  two.read(1, 1);
  two.track(0, 0);
  two.read(0, 2);
}

TEST_CASE("a chunk that does not begin where the one before ended is not tracked, nor is what follows",
          "[app][chunks]") {
  Two two(3);
  two.read(0, 0);
  two.queue.have_read(0);
  const auto second = two.queue.next(1);
  REQUIRE(second.kind == Kind::track);
  const auto task = two.queue.next(0);
  REQUIRE(task.kind == Kind::track);
  two.queue.have_tracked(0, {});
  const auto strange = two.queue.next(0);
  REQUIRE(strange.kind == Kind::read);
  strange.chunk->chunk.begin = 11;
  strange.chunk->chunk.is_plain = GENERATE(true, false);
  if (!strange.chunk->chunk.is_plain) strange.chunk->chunk.begin = 10;
  two.queue.have_read(1);
  CHECK(two.has_nothing_for(0));
  two.queue.have_tracked(1, {});
  CHECK(two.has_nothing_for(1));
  CHECK(two.queue.end() == 10);
  CHECK(two.queue.tracked().packets == 10);
}

TEST_CASE("without room for another chunk in all tables none is begun, by any thread", "[app][chunks]") {
  // Of a chunk's ten packets each may open a record, and take two details.
  const auto [bound, load] = GENERATE(table<FlowTable::Load, FlowTable::Load>({
      {{.records = 25, .details = 1000}, {.records = 8}},
      {{.records = 1000, .details = 60}, {.details = 21}},
  }));
  Two two(3, bound);
  two.read(0, 0);
  two.read(1, 1);
  two.queue.have_read(0);
  two.queue.have_read(1);
  two.track(0, 0, load);
  two.track(1, 0, load);
  CHECK(two.has_nothing_for(0));
  CHECK(two.has_nothing_for(1));
  CHECK(two.queue.end() == 10);
}

TEST_CASE("all end after the chunk that the fastest has begun", "[app][chunks]") {
  Two two(4);
  for (std::uint64_t number = 0; number < 3; ++number) {
    two.read(0, number);
    two.queue.have_read(number);
    if (number < 2) two.track(0, number);
  }
  two.queue.end_soon();
  CHECK(two.has_nothing_for(0));
  two.track(1, 0);
  two.track(1, 1);
  CHECK(two.has_nothing_for(1));
  CHECK(two.queue.end() == 20);
}

TEST_CASE("nothing is to be done once a thread could not go on", "[app][chunks]") {
  Two two(2);
  two.read(0, 0);
  two.queue.abandon();
  CHECK(two.has_nothing_for(0));
  CHECK(two.has_nothing_for(1));
  CHECK(two.queue.is_abandoned());
}

}  // namespace whydrop
