// Packet references: one number for file and packet, ordered as the files are.
#include "src/core/packet_ref.h"

#include "tests/support/catch.h"

using whydrop::PacketRef;

TEST_CASE("a packet reference gives back its file and its number", "[core]") {
  struct Row {
    std::uint32_t file;
    std::uint64_t number;
  };
  const auto row = GENERATE(Row{0, 1}, Row{1, 1}, Row{65'535, 5'000'000'000}, Row{0, (std::uint64_t{1} << 48U) - 1});
  const PacketRef ref(row.file, row.number);
  CHECK(ref.file() == row.file);
  CHECK(ref.number() == row.number);
  CHECK(static_cast<bool>(ref));
}

TEST_CASE("a default packet reference names no packet", "[core]") {
  CHECK_FALSE(static_cast<bool>(PacketRef{}));
  CHECK(PacketRef{}.number() == 0);
}

TEST_CASE("every packet of an earlier file comes before every packet of a later one", "[core]") {
  CHECK(PacketRef(0, 2) > PacketRef(0, 1));
  CHECK(PacketRef(0, 5'000'000'000) < PacketRef(1, 1));
  CHECK(PacketRef(3, 7) == PacketRef(3, 7));
  CHECK(PacketRef(3, 7) != PacketRef(7, 3));
}
