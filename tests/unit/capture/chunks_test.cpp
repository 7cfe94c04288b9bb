// A mapped file in chunks: the frames that a walk in order finds, and chunks that see that they are not to be believed.
#include <algorithm>
#include <string>

#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"
#include "tests/unit/capture/temporary_file.h"

namespace whydrop {
namespace {

constexpr std::size_t kMany = 100'000;  // of about 80 bytes: several chunks

struct Chunks {
  std::vector<Bytes> contents;
  std::vector<Time> times;
  std::vector<std::uint64_t> numbers;  ///< as chunks that follow each other count
  std::uint64_t end = 0;               ///< where the last one ended that begins where the one before did
  std::uint64_t good = 0;              ///< chunks up to there
  std::uint64_t all = 0;
  std::size_t seen = 0;
};

/// Reads chunks backwards, as a thread may that comes late, and joins those that fit, as all threads do.
Chunks chunks_of(const Source& source) {
  Chunks found;
  const auto reader = source.chunk_reader();
  REQUIRE(reader);
  found.all = reader->count();
  std::vector<Chunk> chunks(found.all);
  for (std::uint64_t number = found.all; number-- > 0;) {
    reader->read(number, chunks[number], [&](std::span<const Frame> frames) { found.seen += frames.size(); });
  }
  found.end = reader->start();
  for (const Chunk& chunk : chunks) {
    if (!chunk.is_plain || chunk.begin != found.end) break;
    const std::uint64_t before = found.numbers.size();
    for (const Frame& frame : chunk.frames) {
      found.contents.emplace_back(frame.bytes.begin(), frame.bytes.end());
      found.times.push_back(frame.time);
      found.numbers.push_back(before + frame.ref.number());
    }
    found.end = chunk.end;
    ++found.good;
  }
  return found;
}

/// Chunks first, then the rest as usual.
ReadBack read_chunked(const std::string& path) {
  auto opened = open_capture(path, kTestFile);
  REQUIRE(opened);
  Chunks chunks = chunks_of(**opened);
  std::uint64_t bytes = 0;
  for (const Bytes& content : chunks.contents) bytes += content.size();
  CHECK((*opened)->skip_to(chunks.end, chunks.contents.size(), bytes));
  ReadBack rest = read_all(std::move(opened), 512);
  if (!rest.frames.empty()) CHECK(rest.frames.front().ref.number() == chunks.contents.size() + 1);
  chunks.contents.insert(chunks.contents.end(), rest.contents.begin(), rest.contents.end());
  rest.contents = std::move(chunks.contents);
  return rest;
}

}  // namespace

TEST_CASE("chunks hold the packets of a large file, each once", "[capture][chunks]") {
  const auto packets = some_packets(kMany);
  const bool big_endian = GENERATE(false, true);
  const TemporaryFile file(pcap_file({.big_endian = big_endian}, packets));
  auto opened = open_capture(file.path(), kTestFile);
  REQUIRE(opened);
  const Chunks chunks = chunks_of(**opened);
  CHECK(chunks.all > 4);
  CHECK(chunks.good == chunks.all);
  CHECK(chunks.end == std::filesystem::file_size(file.path()));
  CHECK((chunks.contents == contents_of(packets)));
  CHECK(chunks.times == times_of(packets));
  CHECK(chunks.numbers.front() == 1);
  CHECK(chunks.numbers.back() == kMany);
  CHECK(std::ranges::is_sorted(chunks.numbers));
  CHECK(chunks.seen == kMany);
  CHECK(read_chunked(file.path()).file.packets == kMany);
}

TEST_CASE("what chunks do not hold whole is left to who reads in order", "[capture][chunks]") {
  const auto packets = some_packets(kMany);
  Bytes bytes = pcap_file({}, packets);
  std::size_t readable = kMany;
  SECTION("a file that ends inside a record") {
    bytes.pop_back();
    readable = kMany - 1;
  }
  SECTION("damage in the middle") {
    readable = kMany / 2;
    std::size_t place = 24;
    for (std::size_t at = 0; at < readable; ++at) place += 16 + packets[at].bytes.size();
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(place + 8), 4, std::uint8_t{0xff});
  }
  const TemporaryFile file(bytes);
  auto opened = open_capture(file.path(), kTestFile);
  REQUIRE(opened);
  const Chunks chunks = chunks_of(**opened);
  CHECK(chunks.good < chunks.all);
  CHECK(chunks.contents.size() <= readable);
  const ReadBack all = read_chunked(file.path());
  const ReadBack in_order = read_all(bytes, 5000, 512);
  CHECK(all.contents.size() == readable);
  CHECK((all.contents == in_order.contents));
  CHECK(all.error.has_value() == in_order.error.has_value());
  CHECK(all.file.packets == readable);
  CHECK(all.file.bytes == in_order.file.bytes);
  CHECK(all.file.cut_at == in_order.file.cut_at);
}

TEST_CASE("packets that carry a capture do not pass for its packets", "[capture][chunks]") {
  // A file transfer of a capture: each packet holds records in a row, as a chunk looks for.
  std::vector<FilePacket> packets = some_packets(kMany / 2);
  Bytes inner = pcap_file({}, some_packets(400));
  inner.erase(inner.begin(), inner.begin() + 24);
  for (std::size_t at = 0; at < 600; ++at) {
    packets.push_back({.bytes = inner, .time = packets.back().time + std::chrono::microseconds(1)});
  }
  const TemporaryFile file(pcap_file({}, packets));
  CHECK((read_chunked(file.path()).contents == contents_of(packets)));
}

TEST_CASE("packets years apart are found by who reads in order", "[capture][chunks]") {
  auto packets = some_packets(kMany);
  for (std::size_t at = kMany / 2; at < kMany; ++at) packets[at].time += std::chrono::hours(24 * 400);
  const TemporaryFile file(pcap_file({}, packets));
  CHECK((read_chunked(file.path()).contents == contents_of(packets)));
}

TEST_CASE("pcapng, pipes and small files are not read in chunks", "[capture][chunks]") {
  PcapngFile large;
  large.interface();
  for (std::size_t at = 0; at < kMany / 2; ++at) large.enhanced(0, at, Bytes(60));
  const TemporaryFile pcapng(large.bytes());
  const TemporaryFile small(pcap_file({}, some_packets(100)));
  for (const TemporaryFile* file : {&pcapng, &small}) {
    const auto opened = open_capture(file->path(), kTestFile);
    REQUIRE(opened);
    CHECK((*opened)->chunk_reader() == nullptr);
  }
  const Bytes bytes = pcap_file({}, some_packets(kMany));
  const auto piped = open_input(Input("test.pcap", bytes, 5000), kTestFile);
  REQUIRE(piped);
  CHECK((*piped)->chunk_reader() == nullptr);
}

}  // namespace whydrop
