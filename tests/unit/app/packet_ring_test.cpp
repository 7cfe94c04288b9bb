// What the ring of recent packets holds.
#include "src/app/live/packet_ring.h"

#include <vector>

#include "tests/support/catch.h"
#include "tests/support/packet_layers.h"

namespace whydrop {
namespace {

Bytes content_of(std::uint64_t number, std::size_t length) { return Bytes(length, static_cast<std::uint8_t>(number)); }

void add(PacketRing& ring, std::uint64_t number, std::size_t length) {
  const Bytes bytes = content_of(number, length);
  ring.add({.frame = {.ref = PacketRef(0, number), .bytes = bytes}, .flow = number});
}

/// Numbers of what the ring holds, each with its own bytes.
std::vector<std::uint64_t> numbers(PacketRing& ring) {
  std::vector<std::uint64_t> found;
  ring.each([&](const KeptPacket& packet) {
    const std::uint64_t number = packet.frame.ref.number();
    found.push_back(number);
    CHECK(packet.flow == number);
    CHECK(std::ranges::equal(packet.frame.bytes, content_of(number, packet.frame.bytes.size())));
  });
  return found;
}

}  // namespace

TEST_CASE("the ring holds the latest packets in order, their bytes intact", "[live]") {
  PacketRing ring(30'000);
  std::uint64_t number = 0;
  for (std::size_t round = 0; round < 2000; ++round) {
    add(ring, ++number, round * 37 % 1515);
    const auto held = numbers(ring);
    REQUIRE(!held.empty());
    CHECK(held.back() == number);
    CHECK(held.front() == number - held.size() + 1);
    if (round > 100) CHECK(held.size() > 12);  // 20,000 bytes, less what was left at the end
  }
}

TEST_CASE("small packets are bounded, too", "[live]") {
  PacketRing ring(30'000);
  for (std::uint64_t number = 1; number <= 5000; ++number) add(ring, number, 1);
  CHECK(ring.size() == 10'000 / sizeof(KeptPacket));
  CHECK(numbers(ring).back() == 5000);
}

TEST_CASE("a packet as large as the ring takes all of it, a larger one is passed over", "[live]") {
  PacketRing ring(3000);
  add(ring, 1, 10);
  add(ring, 2, 2001);
  CHECK(numbers(ring) == std::vector<std::uint64_t>{1});
  add(ring, 3, 2000);
  CHECK(numbers(ring) == std::vector<std::uint64_t>{3});
  add(ring, 4, 1);
  CHECK(numbers(ring) == std::vector<std::uint64_t>{4});
}

TEST_CASE("what is noted of a packet in the ring stays with it", "[live]") {
  PacketRing ring(30'000);
  add(ring, 1, 10);
  add(ring, 2, 10);
  ring.each([](KeptPacket& packet) { packet.written = packet.frame.ref.number() == 1; });
  std::vector<bool> written;
  ring.each([&](const KeptPacket& packet) { written.push_back(packet.written); });
  CHECK(written == std::vector{true, false});
}

}  // namespace whydrop
