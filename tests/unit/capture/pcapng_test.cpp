// pcapng files as they are found: sections, interfaces, every kind of packet block, every damage, every cut.
#include <chrono>

#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"

namespace whydrop {
namespace {

constexpr std::uint16_t kName = 2;

const Bytes kPacket(61, 0xab);

Bytes joined(std::initializer_list<Bytes> parts) {
  FileWriter writer;
  for (const Bytes& part : parts) writer.raw(part);
  return writer.bytes();
}

/// Two sections, five kinds of blocks, options of odd lengths.
PcapngFile rich_file() {
  PcapngFile file;
  file.interface(1, 96, {{kName, bytes_of("eth0")}}).block(0x80000001, Bytes(17));
  file.enhanced(0, 5, Bytes(33, 1), {{2, file.number(1, 4)}}).simple(Bytes(14, 2));
  file.section(true).interface(101).interface(113).obsolete(1, 0, 9, Bytes(50, 3));
  file.statistics(0, {{5, file.number(7, 8)}}).enhanced(1, 11, Bytes(3, 4));
  return file;
}

TEST_CASE("sections of either byte order follow each other, their lengths given or not, from files and pipes",
          "[capture]") {
  const std::uint64_t length =
      GENERATE(std::uint64_t{PcapngFile::kLengthUnknown}, std::uint64_t{124}, std::uint64_t{0});
  const std::size_t at_a_time = GENERATE(1U, 10U, 1'000'000U);
  const std::size_t batch = GENERATE(1U, 2U, 100U);
  PcapngFile file(false, length);
  file.interface(1).enhanced(0, 1, Bytes(60, 1)).section(true, length).interface(101).enhanced(0, 2, Bytes(40, 2));
  file.section(false, length).interface(113).enhanced(0, 3, Bytes(70, 3));

  const ReadBack result = read_all(file.bytes(), at_a_time, batch);

  CHECK_FALSE(result.error);
  CHECK(result.contents == std::vector<Bytes>{Bytes(60, 1), Bytes(40, 2), Bytes(70, 3)});
  REQUIRE(result.frames.size() == 3);
  const LinkType links[] = {LinkType{1}, LinkType{101}, LinkType{113}};
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(result.frames[i].ref == PacketRef(kTestFile, i + 1));
    CHECK(result.frames[i].interface == i);
    CHECK(result.frames[i].link_type == links[i]);
    CHECK(result.frames[i].time == Time{std::chrono::microseconds(i + 1)});
  }
  CHECK(result.file.format == "pcapng");
  CHECK(result.file.interfaces.size() == 3);
}

TEST_CASE("a simple packet is of the first interface, cut to its snap length, at the time of the one before it",
          "[capture]") {
  const auto [snap_len, stored, on_wire] = GENERATE(table<std::uint32_t, std::size_t, std::uint32_t>({
      {0, 60, 60},
      {96, 60, 60},
      {96, 96, 1500},
  }));
  PcapngFile file;
  file.interface(101, snap_len).enhanced(0, 7, kPacket).simple(Bytes(stored, 9), on_wire);
  const ReadBack result = read_all(file.bytes());
  REQUIRE(result.frames.size() == 2);
  CHECK(result.contents[1] == Bytes(stored, 9));
  CHECK(result.frames[1].wire_len == on_wire);
  CHECK(result.frames[1].link_type == LinkType{101});
  CHECK(result.frames[1].time == result.frames[0].time);
}

TEST_CASE("unknown blocks are passed over and take no number", "[capture]") {
  const std::uint32_t type = GENERATE(0U, 4U, 7U, 10U, 0x80000001U, 0x12345678U);
  PcapngFile file;
  file.block(type, Bytes(100)).interface().enhanced(0, 1, kPacket).block(type, {}).enhanced(0, 2, kPacket);
  const ReadBack result = read_all(file.bytes());
  CHECK_FALSE(result.error);
  REQUIRE(result.frames.size() == 2);
  CHECK(result.frames[1].ref.number() == 2);
}

TEST_CASE("blocks that Wireshark numbers like packets take a number, so that evidence can be found there",
          "[capture]") {
  const std::uint32_t type = GENERATE(9U, 0xbadU, 0x40000badU);
  PcapngFile file;
  file.interface().enhanced(0, 1, kPacket).block(type, Bytes(8)).enhanced(0, 2, kPacket);
  const ReadBack result = read_all(file.bytes());
  REQUIRE(result.frames.size() == 2);
  CHECK(result.frames[1].ref.number() == 3);
  CHECK(result.file.packets == 2);
}

TEST_CASE("a block whose length is no multiple of four is read as if it were padded", "[capture]") {
  FileWriter block;
  block.u32(0x12345678).u32(17).raw(Bytes(5)).pad().u32(17);
  const Bytes file =
      joined({PcapngFile().bytes(), block.bytes(), PcapngFile().interface().enhanced(0, 1, kPacket).bytes()});
  const ReadBack result = read_all(file);
  CHECK_FALSE(result.error);
  CHECK(result.frames.size() == 1);
}

TEST_CASE("options that make no sense cost no packet", "[capture]") {
  const Bytes options = GENERATE(Bytes{2, 0, 0xff, 0xff}, Bytes{2, 0, 5, 0, 1, 2, 3, 4}, Bytes{4, 0, 0, 0, 2, 0, 9, 0});
  FileWriter body;
  body.u32(0).u64(0).u32(4).u32(4).raw(Bytes(4, 0xcd)).raw(options);
  const ReadBack result = read_all(PcapngFile().interface().block(6, body.bytes()).enhanced(0, 2, kPacket).bytes());
  CHECK_FALSE(result.error);
  REQUIRE(result.frames.size() == 2);
  CHECK(result.contents[0] == Bytes(4, 0xcd));
  CHECK(result.frames[0].direction == FrameDirection::unknown);
}

struct Damage {
  const char* what;
  Bytes block;
};

/// Blocks that cannot be meant, behind one interface with a snap length of 100.
std::vector<Damage> damages() {
  const auto block = [](std::uint32_t length, const Bytes& body, std::uint32_t end) {
    return FileWriter().u32(6).u32(length).raw(body).u32(end).bytes();
  };
  const auto packet = [](std::uint32_t interface, std::uint32_t captured) {
    return FileWriter().u32(interface).u64(0).u32(captured).u32(captured).raw(Bytes(60)).bytes();
  };
  const Bytes section = PcapngFile().section(true, 0, 2).bytes();
  return {
      {"no length at all", block(0, Bytes(20), 0)},
      {"a length less than its own header", block(11, Bytes(20), 11)},
      {"a length of a billion", block(1'000'000'000, Bytes(20), 1'000'000'000)},
      {"the largest length", block(0xffffffff, Bytes(20), 0xffffffff)},
      {"different lengths at both ends", block(92, packet(0, 60), 96)},
      {"an interface that nobody described", block(92, packet(1, 60), 92)},
      {"a packet longer than its block", block(92, packet(0, 61), 92)},
      {"a packet of a billion bytes", block(92, packet(0, 1'000'000'000), 92)},
      {"a packet block without room for its fields", block(16, Bytes(4), 16)},
      {"a simple packet longer than its block", FileWriter().u32(3).u32(20).u32(80).u32(0).u32(20).bytes()},
      {"a simple packet block without room for its field", FileWriter().u32(3).u32(12).u32(12).bytes()},
      {"an interface without a link type", FileWriter().u32(1).u32(12).u32(12).bytes()},
      {"a section without a byte order", FileWriter().u32(0x0a0d0d0a).u32(28).raw(Bytes(16)).u32(28).bytes()},
      {"a section without a version", FileWriter().u32(0x0a0d0d0a).u32(16).u32(0x1a2b3c4d).u32(16).bytes()},
      {"a section of another version", Bytes(section.begin() + 28, section.end())},
      {"nothing but zeros", Bytes(64)},
  };
}

TEST_CASE("damage in a block: the frames before it, then the error with its place", "[capture]") {
  const Damage damage = GENERATE(from_range(damages()));
  const std::size_t batch = GENERATE(1U, 2U, 64U);
  CAPTURE(damage.what);
  PcapngFile file;
  file.interface(1, 100).enhanced(0, 1, kPacket).enhanced(0, 2, kPacket);
  const std::string place = "byte " + std::to_string(file.bytes().size());
  file.raw(damage.block).raw(Bytes(200));

  const ReadBack result = read_all(file.bytes(), 1'000'000, batch);

  CHECK(result.frames.size() == 2);
  REQUIRE(result.error);
  CHECK(result.error->where == place);
  CHECK_FALSE(result.error->what.empty());
  CHECK_FALSE(result.error->way_out.empty());
  CHECK_FALSE(result.file.cut_at);
}

TEST_CASE("a packet needs an interface of its own section", "[capture]") {
  const ReadBack result = read_all(PcapngFile().interface().section().enhanced(0, 1, kPacket).bytes());
  CHECK(result.frames.empty());
  CHECK(result.error);
}

TEST_CASE("interfaces without end are damage, not memory", "[capture]") {
  PcapngFile file;
  for (int i = 0; i < 20'000; ++i) file.interface();
  const ReadBack result = read_all(file.bytes());
  REQUIRE(result.error);
  CHECK(result.error->what.find("interfaces") != std::string::npos);
}

TEST_CASE("a pcapng file that ends anywhere gives its whole frames and the block in which it ends", "[capture]") {
  const Bytes whole = rich_file().bytes();
  const std::vector<Bytes> contents = read_all(whole).contents;
  REQUIRE(contents.size() == 4);
  std::uint64_t good = 0;  // the end of the last whole block
  for (std::size_t end = 0; end < whole.size(); ++end) {
    CAPTURE(end);
    const ReadBack result = read_all(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(end)));
    if (end < 28) {
      CHECK(result.error);
      continue;
    }
    CHECK_FALSE(result.error);
    CHECK(std::equal(result.contents.begin(), result.contents.end(), contents.begin()));
    if (result.file.cut_at) {
      CHECK(*result.file.cut_at == good);
      CHECK(end - good < 100);
    } else {
      good = end;
    }
    CHECK(result.file.consumed == good);
  }
}

}  // namespace
}  // namespace whydrop
