// What pcapng options say: of interfaces, of packets, of losses and verdicts.
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
  CHECK(result.file.names == std::vector<NamedAddress>(2, {*IpAddress::parse("192.0.2.1"), "host"}));
  const auto said_of = [](std::uint64_t packet) { return std::vector<Comment>{{packet, "odd"}, {packet, "again"}}; };
  std::vector<Comment> comments = said_of(0);
  for (const std::uint64_t packet : {1U, 4U}) std::ranges::copy(said_of(packet), std::back_inserter(comments));
  CHECK(result.file.comments == comments);
}

TEST_CASE("names are read up to the first record that makes no sense, the first name of each address", "[capture]") {
  enum : std::uint16_t { kEnd = 0, kV4 = 1, kV6 = 2, kOther = 9 };
  const bool big_endian = GENERATE(false, true);
  const Bytes v6{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const auto record = [&](std::uint16_t type, const Bytes& value, std::uint16_t claimed = 0) {
    FileWriter writer(big_endian);
    writer.u16(type).u16(claimed != 0 ? claimed : value.size()).raw(value).pad();
    return writer.bytes();
  };
  const Bytes good = record(kV4, joined({{192, 0, 2, 1}, bytes_of("a\x1b"), {0}, bytes_of("alias"), {0}}));
  const auto [body, names] = GENERATE_REF(table<Bytes, std::vector<std::string>>({
      {joined({good, record(kV6, joined({v6, bytes_of("b"), {0}}))}), {"192.0.2.1 a\\x1b", "2001:db8::1 b"}},
      {joined({record(kOther, {1, 2, 3}), good}), {"192.0.2.1 a\\x1b"}},
      {joined({good, record(kEnd, {}), good}), {"192.0.2.1 a\\x1b"}},
      {joined({record(kV4, {192, 0, 2}), good}), {"192.0.2.1 a\\x1b"}},  // no room for an address
      {joined({record(kV4, {192, 0, 2, 1}, 5000), good}), {}},           // longer than its block
  }));
  PcapngFile file(big_endian);
  file.interface().block(4, body).enhanced(0, 1, kPacket);
  const ReadBack result = read_all(file.bytes());
  CHECK(result.frames.size() == 1);
  std::vector<std::string> read;
  for (const NamedAddress& named : result.file.names) read.push_back(to_string(named.address) + ' ' + named.name);
  CHECK(read == names);
}

TEST_CASE("a packet's number at the machine is read, and nobody else's is left in its place", "[capture]") {
  PcapngFile file;
  file.interface().enhanced(0, 1, kPacket, {{5, file.number(77, 8)}}).enhanced(0, 2, kPacket, {{5, {1}}});
  const ReadBack result = read_all(file.bytes());
  REQUIRE(result.frames.size() == 2);
  CHECK(result.frames[0].packet_id == 77);
  CHECK(result.frames[1].packet_id == 0);
}

TEST_CASE("of a thousand comments the first are kept", "[capture]") {
  PcapngFile file;
  file.interface();
  for (unsigned packet = 1; packet <= 1000; ++packet) file.enhanced(0, packet, kPacket, {{1, bytes_of("odd")}});
  const auto comments = read_all(file.bytes()).file.comments;
  CHECK(comments.size() == 32);
  CHECK(comments.back() == Comment{32, "odd"});
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

}  // namespace
}  // namespace whydrop
