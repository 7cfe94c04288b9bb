// pcapng files as they are found: sections, interfaces, every kind of packet block, every damage, every cut.
#include <chrono>
#include <utility>

#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"

namespace whydrop {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::uint16_t kName = 2;
constexpr std::uint16_t kIpv4 = 4;
constexpr std::uint16_t kIpv6 = 5;
constexpr std::uint16_t kResolution = 9;
constexpr std::uint16_t kFilter = 11;
constexpr std::uint16_t kOffset = 14;

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

TEST_CASE("interfaces of one section may differ in link type, snap length and clock", "[capture]") {
  const bool big_endian = GENERATE(false, true);
  PcapngFile file(big_endian);
  file.interface(1, 96).interface(113, 0, {{kResolution, {9}}}).interface(101, 65535, {{kResolution, {3}}});
  file.enhanced(2, 5, kPacket).enhanced(0, 5, kPacket).enhanced(1, 5, kPacket, {}, 1500);
  const ReadBack result = read_all(file.bytes());
  REQUIRE(result.frames.size() == 3);
  CHECK(times_of(result) ==
        std::vector<Time>{Time{nanoseconds(5'000'000)}, Time{nanoseconds(5'000)}, Time{nanoseconds(5)}});
  CHECK(result.frames[0].link_type == LinkType{101});
  CHECK(result.frames[2].link_type == LinkType{113});
  CHECK(result.frames[2].wire_len == 1500);
  CHECK(result.file.interfaces.at(0).snap_len == 96);
  CHECK(result.file.interfaces.at(1).snap_len == 0);
}

TEST_CASE("timestamps count in powers of ten or of two, from an offset", "[capture]") {
  const auto [resolution, offset, units, expected] = GENERATE(table<int, std::int64_t, std::uint64_t, nanoseconds>({
      {6, 0, 1'700'000'000'123'456, seconds(1'700'000'000) + nanoseconds(123'456'000)},
      {9, 0, 1'700'000'000'123'456'789, seconds(1'700'000'000) + nanoseconds(123'456'789)},
      {0, 0, 1'700'000'000, seconds(1'700'000'000)},
      {12, 0, 1'000'000'001'999, nanoseconds(1'000'000'001)},
      {19, 0, 15'000'000'000'000'000'000U, nanoseconds(1'500'000'000)},
      {0x80 | 10, 0, 1536, nanoseconds(1'500'000'000)},
      {0x80 | 32, 0, (std::uint64_t{1'700'000'000} << 32U) | 0x80000000U,
       seconds(1'700'000'000) + nanoseconds(500'000'000)},
      {0x80 | 63, 0, std::uint64_t{3} << 62U, nanoseconds(1'500'000'000)},
      {6, 1'700'000'000, 123'456, seconds(1'700'000'000) + nanoseconds(123'456'000)},
      {6, -10, 15'000'000, seconds(5)},
  }));
  CAPTURE(resolution, offset, units);
  const bool big_endian = GENERATE(false, true);
  PcapngFile file(big_endian);
  file.interface(1, 0,
                 {{kResolution, {static_cast<std::uint8_t>(resolution)}},
                  {kOffset, file.number(static_cast<std::uint64_t>(offset), 8)}});
  file.enhanced(0, units, kPacket);
  CHECK(times_of(read_all(file.bytes())) == std::vector<Time>{Time{expected}});
}

TEST_CASE("a time beyond the range of nanoseconds saturates", "[capture]") {
  PcapngFile file;
  file.interface(1, 0).enhanced(0, ~std::uint64_t{0}, kPacket);
  CHECK(read_all(file.bytes()).frames.at(0).time > Time{seconds(9'000'000'000)});
}

TEST_CASE("a clock finer than 64 bits can hold is damage", "[capture]") {
  const std::uint8_t resolution = GENERATE(std::uint8_t{20}, std::uint8_t{0x80 | 64}, std::uint8_t{0xff});
  const ReadBack result = read_all(PcapngFile().interface(1, 0, {{kResolution, {resolution}}}).bytes());
  REQUIRE(result.error);
  CHECK(result.error->where == "byte 28");
}

TEST_CASE("an interface's name, filter and addresses are shown, escaped", "[capture]") {
  const bool big_endian = GENERATE(false, true);
  PcapngFile file(big_endian);
  file.interface(1, 0,
                 {{kName, bytes_of("eth0\x1b[2J")},
                  {kFilter, joined({{0}, bytes_of("tcp port 443")})},
                  {kIpv4, {192, 0, 2, 1, 255, 255, 255, 0}},
                  {kIpv4, {198, 51, 100, 7, 255, 255, 255, 0}},
                  {kIpv6, {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 64}},
                  {kIpv4, {1, 2, 3}}});
  file.interface(1, 0, {{kFilter, {1, 6, 0, 0, 0, 0, 0, 4, 0}}});
  file.interface(1, 0);
  const auto interfaces = read_all(file.bytes()).file.interfaces;
  REQUIRE(interfaces.size() == 3);
  CHECK(interfaces[0].name == "eth0\\x1b[2J");
  CHECK(interfaces[0].filter == "tcp port 443");
  CHECK(interfaces[0].addresses == std::vector<std::string>{"192.0.2.1", "198.51.100.7", "2001:db8::1"});
  CHECK(interfaces[1].filter == "(compiled filter)");
  CHECK(interfaces[2].name.empty());
  CHECK(interfaces[2].filter.empty());
  CHECK_FALSE(interfaces[2].dropped);
}

TEST_CASE("a packet's flags say its direction", "[capture]") {
  const bool big_endian = GENERATE(false, true);
  PcapngFile file(big_endian);
  file.interface();
  const auto flags = [&](std::uint64_t value) { return PcapngOptions{{2, file.number(value, 4)}}; };
  file.enhanced(0, 1, kPacket, flags(0x1)).enhanced(0, 2, kPacket, flags(0x2)).enhanced(0, 3, kPacket, flags(0x204));
  file.enhanced(0, 4, kPacket).enhanced(0, 5, kPacket, {{2, {1}}}).obsolete(0, 0, 6, kPacket, flags(0x2));
  const ReadBack result = read_all(file.bytes());
  std::vector<FrameDirection> directions;
  directions.reserve(result.frames.size());
  for (const Frame& frame : result.frames) directions.push_back(frame.direction);
  using enum FrameDirection;
  CHECK(directions == std::vector{inbound, outbound, unknown, unknown, unknown, outbound});
}

TEST_CASE("what a packet's judges say: eBPF's drops and passes; of several a drop is the last word", "[capture]") {
  enum : std::uint8_t { kHardware = 0, kTrafficControl = 1, kExpressDataPath = 2 };
  using enum FrameVerdict;
  const bool big_endian = GENERATE(false, true);
  PcapngFile file(big_endian);
  const auto judged = [&](std::uint8_t judge, std::uint64_t action) {
    return PcapngOption{7, joined({{judge}, file.number(action, 8)})};
  };
  const std::vector<std::pair<PcapngOptions, FrameVerdict>> rows = {
      {PcapngOptions{}, unknown},
      {{judged(kTrafficControl, 2)}, dropped},
      {{judged(kTrafficControl, 0)}, passed},
      {{judged(kTrafficControl, 3)}, passed},
      {{judged(kTrafficControl, 7)}, passed},
      {{judged(kTrafficControl, 4)}, unknown},                  // stolen: somebody else's now
      {{judged(kTrafficControl, ~std::uint64_t{0})}, unknown},  // nothing said
      {{judged(kTrafficControl, std::uint64_t{2} << 32U)}, unknown},
      {{judged(kExpressDataPath, 0)}, dropped},
      {{judged(kExpressDataPath, 1)}, dropped},
      {{judged(kExpressDataPath, 2)}, passed},
      {{judged(kExpressDataPath, 3)}, passed},
      {{judged(kExpressDataPath, 4)}, passed},
      {{judged(kExpressDataPath, 5)}, unknown},
      {{judged(kHardware, 1)}, unknown},
      {{judged(3, 2)}, unknown},
      {{judged(kTrafficControl, 0), judged(kExpressDataPath, 1)}, dropped},
      {{judged(kExpressDataPath, 1), judged(kTrafficControl, 0)}, dropped},
      {{judged(kTrafficControl, 0), judged(kHardware, 9)}, passed},
      {{{7, {kExpressDataPath, 1}}}, unknown},  // too short, and too long
      {{{7, joined({{kExpressDataPath}, file.number(1, 8), {0}})}}, unknown},
      {{{7, {}}}, unknown},
      {{{1, bytes_of("dropped")}, judged(kExpressDataPath, 1), {5, file.number(77, 8)}}, dropped},
  };
  file.interface();
  std::vector<FrameVerdict> expected;
  for (const auto& [options, verdict] : rows) {
    file.enhanced(0, 1, kPacket, options);
    expected.push_back(verdict);
  }
  std::vector<FrameVerdict> verdicts;
  for (const Frame& frame : read_all(file.bytes()).frames) verdicts.push_back(frame.verdict);
  CHECK(verdicts == expected);
}

TEST_CASE("a whole capture as Wireshark saves it: comments, names, secrets, custom options and blocks change nothing",
          "[capture]") {
  constexpr std::uint16_t kComment = 1;
  constexpr std::uint32_t kNames = 4;
  constexpr std::uint32_t kSecrets = 10;
  const bool big_endian = GENERATE(false, true);
  PcapngFile file(big_endian);
  const PcapngOptions said = {{kComment, bytes_of("odd")},
                              {kComment, bytes_of("again")},
                              {2988, joined({file.number(32473, 4), bytes_of("text")})},
                              {19373, joined({file.number(32473, 4), {1}})}};
  FileWriter names(big_endian);
  names.u16(1).u16(9).raw(Bytes{192, 0, 2, 1}).raw(bytes_of("host")).raw(Bytes{0}).pad().u32(0);
  FileWriter secrets(big_endian);
  secrets.u32(0x544c534b).u32(13).raw(bytes_of("CLIENT_RANDOM")).pad();
  file.interface(1, 0, said).block(kNames, names.bytes()).block(kSecrets, secrets.bytes());
  file.enhanced(0, 1, kPacket, said).block(0xbad, Bytes(9, 1)).block(9, bytes_of("MESSAGE=x"));
  file.statistics(0, said).enhanced(0, 2, kPacket, said).block(kNames, names.bytes()).simple(kPacket);
  const ReadBack result = read_all(file.bytes());
  CHECK_FALSE(result.error);
  CHECK(result.contents == std::vector<Bytes>(3, kPacket));
  REQUIRE(result.frames.size() == 3);
  CHECK(result.frames[0].ref.number() == 1);
  CHECK(result.frames[1].ref.number() == 4);  // the custom block and the journal's entry are 2 and 3
  CHECK(result.frames[2].ref.number() == 5);
}

TEST_CASE("of the statistics only drops are drops: what was received, accepted and delivered loses nothing",
          "[capture]") {
  PcapngFile file(GENERATE(false, true));
  enum : std::uint16_t {
    kStart = 2,
    kEnd = 3,
    kReceived = 4,
    kDropped = 5,
    kAccepted = 6,
    kBySystem = 7,
    kDelivered = 8
  };
  const auto count = [&](std::uint16_t code, std::uint64_t value) { return PcapngOption{code, file.number(value, 8)}; };
  file.interface().interface().interface();
  file.statistics(
      0, {count(kStart, 1), count(kEnd, 2), count(kReceived, 100), count(kAccepted, 50), count(kDelivered, 9)});
  file.statistics(1, {count(kReceived, 100), count(kDropped, 0), count(kDelivered, 100)});
  file.statistics(2, {count(kReceived, 100), count(kAccepted, 50), count(kBySystem, 5), count(kDelivered, 45)});
  const auto interfaces = read_all(file.bytes()).file.interfaces;
  CHECK_FALSE(interfaces.at(0).dropped);
  CHECK(interfaces.at(1).dropped == 0);
  CHECK(interfaces.at(2).dropped == 5);
}

TEST_CASE("drops are what packets and statistics say, the larger of the two", "[capture]") {
  const auto [by_packets, by_interface, by_system, expected] =
      GENERATE(table<std::vector<std::uint64_t>, std::uint64_t, std::uint64_t, std::uint64_t>({
          {{}, 3, 4, 7},
          {{2, 5}, 0, 0, 7},
          {{2, 5}, 1, 1, 7},
          {{2, 5}, 10, 0, 10},
          {{~std::uint64_t{0}, 5}, 0, 0, ~std::uint64_t{0}},
      }));
  PcapngFile file(true);
  file.interface().interface();
  for (const std::uint64_t lost : by_packets) file.enhanced(1, 1, kPacket, {{4, file.number(lost, 8)}});
  file.statistics(1, {{5, file.number(1000, 8)}});  // an earlier count is replaced by a later one
  file.statistics(1, {{4, file.number(99, 8)}, {5, file.number(by_interface, 8)}, {7, file.number(by_system, 8)}});
  const ReadBack result = read_all(file.bytes());
  CHECK(result.file.interfaces.at(1).dropped == expected);
  CHECK_FALSE(result.file.interfaces.at(0).dropped);
}

TEST_CASE("an obsolete packet block's drops count unless they are unknown", "[capture]") {
  PcapngFile file;
  file.interface().interface();
  file.obsolete(0, 3, 1, kPacket).obsolete(0, 0xffff, 2, kPacket).obsolete(1, 0xffff, 3, kPacket);
  const ReadBack result = read_all(file.bytes());
  CHECK(result.frames.size() == 3);
  CHECK(result.file.interfaces.at(0).dropped == 3);
  CHECK_FALSE(result.file.interfaces.at(1).dropped);
}

TEST_CASE("statistics of an interface that nobody described are passed over", "[capture]") {
  PcapngFile file;
  file.interface().statistics(9, {{5, file.number(1, 8)}}).enhanced(0, 1, kPacket);
  const ReadBack result = read_all(file.bytes());
  CHECK_FALSE(result.error);
  CHECK(result.frames.size() == 1);
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
