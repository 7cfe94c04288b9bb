// pcap files as they are found: every variant, every damage, every cut.
#include <chrono>
#include <utility>

#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"

namespace whydrop {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

struct Variant {
  const char* name;
  PcapWriting writing;
  std::size_t told_after = 0;  ///< whole records that are needed to tell it from its kin
};

std::vector<Variant> variants() {
  const Bytes patched(8);  // interface 0, protocol 0, packet type 0
  return {
      {"microseconds", {}},
      {"nanoseconds", {.magic = 0xa1b23c4d, .nanos_per_fraction = 1}},
      {"version 2.3", {.minor = 3}},
      {"version 2.2, lengths the other way round", {.minor = 2, .lengths_swapped = true}},
      {"DG/UX", {.major = 543, .minor = 0, .lengths_swapped = true}},
      {"AIX, Ethernet", {.nanos_per_fraction = 1, .minor = 2, .link = 6, .lengths_swapped = true}},
      {"Kuznetzov", {.magic = 0xa1b2cd34, .record_tail = patched}, 3},
      {"SuSE 6.3", {.magic = 0xa1b2cd34, .record_tail = Bytes(12)}, 3},
      {"Red Hat 6.1", {.record_tail = patched}, 3},
      {"IXIA hardware", {.magic = 0x1c0001ac, .nanos_per_fraction = 1, .header_tail = Bytes(4, 0xee)}},
      {"IXIA software", {.magic = 0x1c0001ab, .header_tail = Bytes(4, 0xee)}},
  };
}

TEST_CASE("every pcap variant is read in both byte orders, from files and pipes, in batches of any size", "[capture]") {
  auto packets = some_packets(40);
  packets[5].wire_len = 1500;
  const Variant variant = GENERATE(from_range(variants()));
  const bool big_endian = GENERATE(false, true);
  const std::size_t at_a_time = GENERATE(1U, 7U, 100U, 1'000'000U);
  const std::size_t batch = GENERATE(1U, 3U, 100U);
  PcapWriting writing = variant.writing;
  writing.big_endian = big_endian;
  CAPTURE(variant.name, big_endian, at_a_time, batch);

  const ReadBack result = read_all(pcap_file(writing, packets), at_a_time, batch);

  CHECK_FALSE(result.error);
  CHECK(result.contents == contents_of(packets));
  CHECK(times_of(result) == times_of(packets));
  CHECK(result.frames.at(5).wire_len == 1500);
  CHECK(result.frames.at(6).wire_len == packets[6].bytes.size());
  CHECK(result.frames.at(6).link_type == LinkType{1});
  CHECK(result.file.format == "pcap");
  CHECK_FALSE(result.file.cut_at);
}

TEST_CASE("Nokia's record headers are told by their tails", "[capture]") {
  const auto packets = some_packets(5);
  const PcapWriting writing{.record_tail = FileWriter().u32(0x9fbfb601).bytes()};
  CHECK(read_all(pcap_file(writing, packets)).contents == contents_of(packets));
}

TEST_CASE("frames carry their file, their number from 1 on, and the capture counts them", "[capture]") {
  const auto packets = some_packets(10);
  const Bytes file = pcap_file({}, packets);
  const ReadBack result = read_all(file, 1000, 4);
  REQUIRE(result.frames.size() == 10);
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    CHECK(result.frames[i].ref == PacketRef(kTestFile, i + 1));
    bytes += packets[i].bytes.size();
  }
  CHECK(result.file.packets == 10);
  CHECK(result.file.bytes == bytes);
  CHECK(result.file.consumed == file.size());
  CHECK(result.file.size == file.size());
  REQUIRE(result.file.interfaces.size() == 1);
  CHECK(result.file.interfaces[0].snap_len == 262144);
}

TEST_CASE("a record's time is unsigned seconds and a fraction", "[capture]") {
  const auto [time, nanos_per_fraction] = GENERATE(table<nanoseconds, std::int64_t>({
      {nanoseconds(0), 1000},
      {seconds(1'700'000'000) + nanoseconds(999'999'000), 1000},
      {seconds(1'700'000'000) + nanoseconds(999'999'999), 1},
      {seconds(4'294'967'295) + nanoseconds(1000), 1000},
  }));
  const PcapWriting writing{.magic = nanos_per_fraction == 1 ? 0xa1b23c4d : 0xa1b2c3d4,
                            .nanos_per_fraction = nanos_per_fraction};
  const std::vector<FilePacket> packets = {{.bytes = Bytes(14), .time = Time{time}}};
  CHECK(read_all(pcap_file(writing, packets)).frames.at(0).time == Time{time});
}

TEST_CASE("what stands above a link type is a checksum's length and does not change it", "[capture]") {
  const std::uint32_t link = GENERATE(1U, 0x14000001U, 0x24000001U, 0x30000001U, 0xd8000001U);
  const ReadBack result = read_all(pcap_file({.link = link}, some_packets(1)));
  CHECK(result.frames.at(0).link_type == LinkType{1});
}

TEST_CASE("a pcap header that cannot be meant is refused, with its place", "[capture]") {
  const auto [writing, what, place] = GENERATE(table<PcapWriting, std::string, std::string>({
      {{.link = 0x02240001}, "reserved bits", "byte 20"},
      {{.major = 1}, "version", "byte 4"},
      {{.major = 3}, "version", "byte 4"},
  }));
  const ReadBack result = read_all(pcap_file(writing, some_packets(1)));
  CHECK_FALSE(result.opened);
  REQUIRE(result.error);
  CHECK(result.error->what.find(what) != std::string::npos);
  CHECK(result.error->where == place);
  CHECK_FALSE(result.error->way_out.empty());
}

TEST_CASE("a snap length of 0 is an error, told when the packets have been read", "[capture]") {
  const std::vector<FilePacket> packets = {{.bytes = Bytes(9000, 1)}, {.bytes = Bytes(60, 2)}};
  const ReadBack result = read_all(pcap_file({.snap_len = 0}, packets));
  REQUIRE(result.error);
  CHECK(result.error->where == "byte 16");
  CHECK(result.contents == contents_of(packets));
  CHECK(result.file.interfaces.at(0).snap_len == 0);
}

TEST_CASE("a frame longer than the snap length is still a frame", "[capture]") {
  const std::vector<FilePacket> packets = {{.bytes = Bytes(200, 1)}, {.bytes = Bytes(60, 2)}};
  CHECK(read_all(pcap_file({.snap_len = 96}, packets)).contents == contents_of(packets));
}

TEST_CASE("a frame that claims to be longer than it was on the wire has at least its own length", "[capture]") {
  const std::vector<FilePacket> packets = {{.bytes = Bytes(60), .wire_len = 4}};
  CHECK(read_all(pcap_file({}, packets)).frames.at(0).wire_len == 60);
}

TEST_CASE("an impossible length is damage: the frames before it, then the error with its place", "[capture]") {
  const std::uint32_t length = GENERATE(262'145U, 1'000'000'000U, 0x7fffffffU, 0xffffffffU);
  const std::size_t batch = GENERATE(1U, 2U, 3U, 64U);
  const auto packets = some_packets(3);
  Bytes file = pcap_file({}, packets);
  const std::size_t damaged_at = file.size();
  const Bytes record = FileWriter().u64(0).u32(length).u32(length).raw(Bytes(5000)).bytes();
  file.insert(file.end(), record.begin(), record.end());

  const ReadBack result = read_all(file, 1'000'000, batch);

  CHECK(result.opened);
  CHECK(result.contents == contents_of(packets));
  REQUIRE(result.error);
  CHECK(result.error->where == "byte " + std::to_string(damaged_at));
  CHECK(result.error->what.find(std::to_string(length)) != std::string::npos);
  CHECK(result.error->way_out.find("pcapfix") != std::string::npos);
  CHECK_FALSE(result.file.cut_at);
}

TEST_CASE("a record of nothing but zeros is damage, as a crash leaves it; an empty packet is not", "[capture]") {
  const FilePacket empty{.time = Time{seconds(1)}};
  const FilePacket timeless{.bytes = Bytes(20, 7)};
  Bytes bytes = pcap_file({}, std::vector{empty, timeless});
  CHECK(read_all(bytes).frames.size() == 2);
  CHECK_FALSE(read_all(bytes).error);
  const std::string place = "byte " + std::to_string(bytes.size());
  bytes.resize(bytes.size() + 4096);
  const ReadBack result = read_all(bytes);
  CHECK(result.frames.size() == 2);
  REQUIRE(result.error);
  CHECK(result.error->what == "a packet's record is nothing but zeros");
  CHECK(result.error->where == place);
}

TEST_CASE("a damaged first, second or third record does not make another variant of a plain file", "[capture]") {
  const std::size_t good = GENERATE(0U, 1U, 2U);
  const std::size_t following = GENERATE(0U, 8U, 100U);
  const std::uint32_t length = GENERATE(300'000U, 1'000'000'000U);
  const auto packets = some_packets(good);
  const Bytes damage = FileWriter().u64(0).u32(length).u32(length).raw(Bytes(following)).bytes();
  const ReadBack result = read_all(FileWriter().raw(pcap_file({}, packets)).raw(damage).bytes());
  CHECK(result.contents == contents_of(packets));
  CHECK(result.error);
}

TEST_CASE("after an error a source has ended", "[capture]") {
  const Bytes file = FileWriter().raw(pcap_file({})).u64(0).u32(1'000'000'000).u32(0).bytes();
  const auto opened = open_input(Input("x", file, 1000), 0);
  REQUIRE(opened);
  std::vector<Frame> frames(4);
  CHECK_FALSE((*opened)->read(frames).has_value());
  CHECK((*opened)->read(frames) == std::size_t{0});
}

TEST_CASE("the longest frame is 256 KiB, larger where the link type carries larger units", "[capture]") {
  const auto [link, length, is_read] = GENERATE(table<std::uint32_t, std::size_t, bool>({
      {1, 262'144, true},
      {1, 262'145, false},
      {231, 1'000'000, true},  // D-Bus
      {249, 1'000'000, true},  // USBPcap
      {231, 17'000'000, false},
  }));
  const std::vector<FilePacket> packets = {
      {.bytes = Bytes(60, 1)}, {.bytes = Bytes(length, 2)}, {.bytes = Bytes(60, 3)}};
  const ReadBack result = read_all(pcap_file({.link = link}, packets), 100'000);
  CHECK(result.error.has_value() == !is_read);
  CHECK(result.frames.size() == (is_read ? 3 : 1));
  if (is_read) CHECK(result.contents == contents_of(packets));
}

TEST_CASE("a pcap file that ends anywhere gives its whole frames and the record in which it ends", "[capture]") {
  const Variant variant = GENERATE(from_range(variants()));
  const auto packets = some_packets(6);
  const Bytes whole = pcap_file(variant.writing, packets);
  const std::size_t header = 24 + variant.writing.header_tail.size();
  const std::size_t record_header = 16 + variant.writing.record_tail.size();
  CAPTURE(variant.name);

  for (std::size_t end = 0; end < whole.size(); ++end) {
    CAPTURE(end);
    const ReadBack result = read_all(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(end)));
    if (end < header) {
      CHECK_FALSE(result.opened);
      continue;
    }
    std::size_t frames = 0;
    std::size_t good = header;
    while (good + record_header + packets[frames].bytes.size() <= end) {
      good += record_header + packets[frames++].bytes.size();
    }
    if (frames < variant.told_after) continue;
    CHECK_FALSE(result.error);
    CHECK(result.frames.size() == frames);
    CHECK(result.file.cut_at == (good == end ? std::nullopt : std::optional<std::uint64_t>(good)));
  }
}

}  // namespace
}  // namespace whydrop
