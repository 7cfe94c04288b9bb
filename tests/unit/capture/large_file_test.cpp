// Files of many windows: the same frames as from a pipe, and a file that changes while it is read.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>

#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"
#include "tests/unit/capture/temporary_file.h"

namespace whydrop {
namespace {

constexpr std::size_t kMany = 60'000;  // of about 70 bytes: more than one window of a file that is mapped
constexpr std::size_t kPage = 4096;

Bytes large_pcapng(const std::vector<FilePacket>& packets) {
  PcapngFile file;
  file.interface();
  std::uint64_t units = 0;
  for (const FilePacket& packet : packets) file.enhanced(0, ++units, packet.bytes);
  return file.bytes();
}

/// The file is made shorter once `frames` are read.
Opened shortened_while_read(const std::string& path, std::span<Frame> frames, std::size_t size) {
  auto opened = open_capture(path, kTestFile);
  REQUIRE(opened);
  REQUIRE((*opened)->read(frames) == frames.size());
  std::filesystem::resize_file(path, size);
  return opened;
}

TEST_CASE("a large file gives the frames that a pipe gives", "[capture]") {
  const auto packets = some_packets(kMany);
  const Bytes bytes =
      GENERATE_COPY(pcap_file({}, packets), pcap_file({.big_endian = true}, packets), large_pcapng(packets));
  REQUIRE(bytes.size() > 4'000'000);
  const TemporaryFile file(bytes);
  const ReadBack large = read_all(open_capture(file.path(), kTestFile), 512);
  const ReadBack piped = read_all(bytes, 5000, 512);
  CHECK_FALSE(large.error);
  CHECK((large.contents == contents_of(packets)));
  CHECK(times_of(large) == times_of(piped));
  CHECK(large.file.consumed == bytes.size());
}

TEST_CASE("a large file that ends inside a record is cut there", "[capture]") {
  const auto packets = some_packets(kMany);
  Bytes bytes = pcap_file({}, packets);
  bytes.pop_back();
  const TemporaryFile file(bytes);
  const ReadBack result = read_all(open_capture(file.path(), kTestFile));
  CHECK_FALSE(result.error);
  CHECK(result.frames.size() == kMany - 1);
  CHECK(result.file.cut_at == bytes.size() + 1 - packets.back().bytes.size() - 16);
}

TEST_CASE("packets that are appended to a large file while it is read are read too", "[capture]") {
  const auto packets = some_packets(kMany);
  const auto half = std::span(packets).first(kMany / 10 * 9);
  const Bytes before = pcap_file({}, half);
  const Bytes all = pcap_file({}, packets);
  const TemporaryFile file(before);
  auto opened = open_capture(file.path(), kTestFile);
  std::ofstream(file.path(), std::ios::binary | std::ios::app)
      << std::string(all.begin() + static_cast<std::ptrdiff_t>(before.size()), all.end());
  const ReadBack result = read_all(std::move(opened));
  CHECK((result.contents == contents_of(packets)));
}

TEST_CASE("a large file that becomes shorter ends with an error, after what was read before", "[capture]") {
  const Bytes bytes = pcap_file({}, some_packets(kMany));
  const TemporaryFile file(bytes);
  std::vector<Frame> frames(512);
  auto opened = shortened_while_read(file.path(), frames, bytes.size() / 4);
  const ReadBack result = read_all(std::move(opened), 512);
  REQUIRE(result.error);
  CHECK(result.error->what == "became shorter while it was read");
  CHECK(result.frames.size() > 0);
  CHECK(result.frames.size() < kMany / 2);
  CHECK(std::ranges::all_of(result.contents, [](const Bytes& one) { return one.size() >= 20; }));
}

TEST_CASE("packets that were given before a large file vanished may still be looked at", "[capture]") {
  const Bytes bytes = pcap_file({}, some_packets(kMany));
  const TemporaryFile file(bytes);
  std::vector<Frame> frames(512);
  auto opened = shortened_while_read(file.path(), frames, 0);
  const auto sum = [](unsigned all, std::uint8_t byte) { return all + byte; };
  CHECK(std::accumulate(frames.back().bytes.begin(), frames.back().bytes.end(), 0U, sum) == 0);
  const auto next = (*opened)->read(frames);
  REQUIRE_FALSE(next);
  CHECK(next.error().what == "became shorter while it was read");
}

TEST_CASE("a large file that is cut off inside a page ends with an error too", "[capture]") {
  const Bytes bytes = GENERATE(pcap_file({}, some_packets(kMany)), large_pcapng(some_packets(kMany)));
  const TemporaryFile file(bytes);
  std::vector<Frame> frames(512);
  auto opened = shortened_while_read(file.path(), frames, bytes.size() / 2 / kPage * kPage + 100);
  const ReadBack result = read_all(std::move(opened), 512);
  REQUIRE(result.error);
  CHECK(result.error->what == "became shorter while it was read");
}

TEST_CASE("a file that ends where a page ends is read to its end", "[capture]") {
  auto packets = some_packets(kMany);
  const std::size_t missing = kPage - pcap_file({}, packets).size() % kPage;
  packets.front().bytes.resize(packets.front().bytes.size() + missing / 2);
  packets.back().bytes.resize(packets.back().bytes.size() + missing - missing / 2);
  const Bytes bytes = pcap_file({}, packets);
  REQUIRE(bytes.size() % kPage == 0);
  const TemporaryFile file(bytes);
  const ReadBack result = read_all(open_capture(file.path(), kTestFile));
  CHECK_FALSE(result.error);
  CHECK((result.contents == contents_of(packets)));
}

TEST_CASE("a block that is longer than a part of the window is passed over, and what follows it is read", "[capture]") {
  const auto packets = some_packets(kMany);
  const unsigned length = GENERATE(300'000U, 3'000'000U);
  PcapngFile blocks;
  blocks.interface();
  for (std::size_t at = 0; at < kMany; ++at) {
    if (at == kMany / 3) blocks.block(0x0bad, Bytes(length, 7));
    blocks.enhanced(0, at + 1, packets[at].bytes);
  }
  const TemporaryFile file(blocks.bytes());
  const ReadBack result = read_all(open_capture(file.path(), kTestFile));
  CHECK_FALSE(result.error);
  CHECK((result.contents == contents_of(packets)));
}

}  // namespace
}  // namespace whydrop
