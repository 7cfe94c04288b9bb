// The thread that has memory prepared: what it does must not be seen in what the memory holds.
#include "src/core/memory_helper.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>

#include "src/core/large_memory.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20U;

/// Bytes of memory that this process has touched, or had touched for it.
std::size_t resident() {
  std::size_t all = 0;
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> all >> pages;
  return pages * 4096;
}

TEST_CASE("without a helper advice is the caller's own business", "[core]") {
  CHECK_FALSE(MemoryHelper::is_there());
  CHECK_FALSE(MemoryHelper::advise(nullptr, 0, MADV_POPULATE_WRITE));
  MemoryHelper::finish();
}

TEST_CASE("a helper does what it was asked for before it goes, and before finish returns", "[core]") {
  constexpr std::size_t kSize = 16 * kMegabyte;
  void* const memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  const std::size_t before = resident();
  {
    const MemoryHelper helper;
    CHECK(MemoryHelper::is_there());
    CHECK(MemoryHelper::advise(memory, kSize / 2, MADV_POPULATE_WRITE));
    MemoryHelper::finish();
    CHECK(resident() + kMegabyte >= before + kSize / 2);
    CHECK(MemoryHelper::advise(memory, kSize, MADV_POPULATE_WRITE));
  }
  CHECK_FALSE(MemoryHelper::is_there());
  CHECK(resident() + kMegabyte >= before + kSize);
  ::munmap(memory, kSize);
}

TEST_CASE("a region that a helper prepares holds zeros and what was written, as one that grows alone", "[core]") {
  std::optional<MemoryHelper> helper;
  if (GENERATE(false, true)) helper.emplace();
  Region region(64 * kMegabyte);
  for (std::size_t size = 100'000; size <= 10 * kMegabyte; size += 1'900'000) {
    const std::size_t before = region.provided();
    region.provide(size);
    REQUIRE(region.provided() >= size);
    REQUIRE(region.provided() <= region.most());
    const std::span<std::uint8_t> all(static_cast<std::uint8_t*>(region.start()), region.provided());
    REQUIRE(std::ranges::all_of(all.first(before), [](std::uint8_t byte) { return byte == 0xab; }));
    REQUIRE(std::ranges::all_of(all.subspan(before), [](std::uint8_t byte) { return byte == 0; }));
    std::ranges::fill(all, 0xab);
  }
}

TEST_CASE("a region ends where it was said to, whoever prepares it", "[core]") {
  std::optional<MemoryHelper> helper;
  if (GENERATE(false, true)) helper.emplace();
  Region region(4 * kMegabyte);
  region.provide(3 * kMegabyte);
  region.provide(region.most());
  CHECK(region.provided() == region.most());
  CHECK_THROWS_AS(region.provide(region.most() + 1), std::bad_alloc);
}

}  // namespace
}  // namespace whydrop
