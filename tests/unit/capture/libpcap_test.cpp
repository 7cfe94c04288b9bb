// The reader behind our own: what libpcap opens comes through unchanged.
#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"

namespace whydrop {
namespace {

ReadBack read_by_libpcap(const Bytes& file, std::size_t at_a_time) {
  return read_all(open_libpcap(Input("x", file, at_a_time), kTestFile));
}

TEST_CASE("libpcap and our own reader agree", "[capture]") {
  auto packets = some_packets(30);
  packets[3].wire_len = 1500;
  const PcapWriting writing = GENERATE(PcapWriting{}, PcapWriting{.magic = 0xa1b23c4d, .nanos_per_fraction = 1},
                                       PcapWriting{.big_endian = true, .link = 101});
  const std::size_t at_a_time = GENERATE(1U, 1'000'000U);
  const Bytes file = pcap_file(writing, packets);

  const ReadBack ours = read_all(file);
  const ReadBack theirs = read_by_libpcap(file, at_a_time);

  CHECK(theirs.contents == ours.contents);
  CHECK(times_of(theirs) == times_of(ours));
  REQUIRE(theirs.frames.size() == ours.frames.size());
  for (std::size_t i = 0; i < ours.frames.size(); ++i) {
    CHECK(theirs.frames[i].ref == ours.frames[i].ref);
    CHECK(theirs.frames[i].wire_len == ours.frames[i].wire_len);
    CHECK(theirs.frames[i].link_type == ours.frames[i].link_type);
  }
  CHECK(theirs.file.format == "libpcap");
  CHECK(theirs.file.packets == ours.file.packets);
  CHECK(theirs.file.bytes == ours.file.bytes);
}

TEST_CASE("a file that libpcap finds cut is cut, not damaged", "[capture]") {
  Bytes file = pcap_file({}, some_packets(5));
  file.pop_back();
  const ReadBack result = read_by_libpcap(file, 1000);
  CHECK(result.frames.size() == 4);
  CHECK_FALSE(result.error);
  CHECK(result.file.cut_at);
}

TEST_CASE("what libpcap finds damaged is an error behind the good frames", "[capture]") {
  Bytes file = pcap_file({}, some_packets(5));
  const Bytes damage = FileWriter().u64(0).u32(1'000'000'000).u32(1).raw(Bytes(100)).bytes();
  file.insert(file.end(), damage.begin(), damage.end());
  const ReadBack result = read_by_libpcap(file, 1000);
  CHECK(result.frames.size() == 5);
  REQUIRE(result.error);
  CHECK(result.error->path == "x");
}

TEST_CASE("what libpcap does not know is an error", "[capture]") {
  const ReadBack result = read_by_libpcap(bytes_of("no capture at all"), 1000);
  CHECK_FALSE(result.opened);
}

}  // namespace
}  // namespace whydrop
