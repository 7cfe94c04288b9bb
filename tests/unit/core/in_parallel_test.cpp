// Work that several threads share is done once, whatever becomes of them.
#include "src/core/in_parallel.h"

#include <atomic>
#include <stdexcept>
#include <vector>

#include "tests/support/catch.h"

using namespace whydrop;

TEST_CASE("every place is visited once, by however many threads", "[core][threads]") {
  for (const unsigned threads : {0U, 1U, 2U, 7U}) {
    for (const std::size_t count : {0U, 1U, 2U, 1000U}) {
      CAPTURE(threads, count);
      std::vector<std::atomic<int>> visits(count);
      in_parallel(threads, count, [&](std::size_t at) { ++visits[at]; });
      for (const auto& visited : visits) REQUIRE(visited == 1);
    }
  }
}

TEST_CASE("what a thread throws is thrown to who gave the work, and the others stop", "[core][threads]") {
  std::atomic<std::size_t> visits = 0;
  constexpr std::size_t kCount = 100'000'000;
  const auto work = [&](std::size_t at) {
    ++visits;
    if (at == 100) throw std::runtime_error("a hundred");
  };
  CHECK_THROWS_AS(in_parallel(3, kCount, work), std::runtime_error);
  CHECK(visits < kCount);
}
