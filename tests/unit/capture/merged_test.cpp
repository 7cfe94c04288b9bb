// Several files as one capture: merged by time, opened when their turn comes, each with its own faults.
#include "src/capture/merged.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/capture/packed.h"
#include "tests/unit/capture/read_back.h"
#include "tests/unit/capture/temporary_file.h"

namespace whydrop {
namespace {

/// A packet at this second, with the second as its content.
FilePacket at(std::uint8_t second) {
  return {.bytes = Bytes(40, second), .time = Time{std::chrono::seconds(1'700'000'000 + second)}};
}

std::vector<FilePacket> packets_at(const std::vector<int>& seconds) {
  std::vector<FilePacket> packets;
  for (const int second : seconds) packets.push_back(at(static_cast<std::uint8_t>(second)));
  return packets;
}

/// Files in one folder, in the order in which they are to be read.
class Folder {
 public:
  DatedFile add(const Bytes& bytes, std::optional<int> first) {
    const std::string path = base_.folder() / std::to_string(++count_);
    std::ofstream(path, std::ios::binary) << std::string(bytes.begin(), bytes.end());
    DatedFile file{path};
    if (first) file.first = at(static_cast<std::uint8_t>(*first)).time;
    return file;
  }
  DatedFile capture(const std::vector<int>& seconds) { return add(pcap_file({}, packets_at(seconds)), seconds[0]); }

 private:
  TemporaryFile base_;
  int count_ = 0;
};

struct Merged {
  std::vector<int> seconds;  ///< from the contents, copied when the batch was whole
  std::vector<PacketRef> refs;
};

Merged read_merged(MergedCaptures& captures, std::size_t batch) {
  Merged result;
  std::vector<Frame> frames(batch);
  while (const std::size_t count = captures.read(frames)) {
    for (const Frame& frame : std::span(frames).first(count)) {
      result.seconds.push_back(frame.bytes.front());
      result.refs.push_back(frame.ref);
    }
  }
  return result;
}

std::vector<int> seconds_of(std::vector<DatedFile> files, std::size_t batch = 7) {
  MergedCaptures captures(std::move(files));
  return read_merged(captures, batch).seconds;
}

TEST_CASE("files that overlap in time are merged by it, and every packet keeps its own file's number", "[capture]") {
  const std::size_t batch = GENERATE(1U, 2U, 100U);
  Folder folder;
  const std::vector<DatedFile> files = {folder.capture({1, 3, 5, 9}), folder.capture({2, 4, 6}), folder.capture({7})};
  MergedCaptures captures(files);
  const Merged merged = read_merged(captures, batch);
  CHECK(merged.seconds == std::vector{1, 2, 3, 4, 5, 6, 7, 9});
  CHECK(merged.refs == std::vector<PacketRef>{{0, 1}, {1, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}, {2, 1}, {0, 4}});
  CHECK(captures.overlap());
  CHECK(captures.errors().empty());
  REQUIRE(captures.files().size() == 3);
  CHECK(captures.files()[0].file.packets == 4);
  CHECK(captures.files()[2].file.path == files[2].path);
  std::uint64_t bytes = 0;
  for (const DatedFile& file : files) bytes += std::filesystem::file_size(file.path);
  CHECK(captures.consumed() == bytes);
}

TEST_CASE("of packets at one time, those of the file that was opened first come first", "[capture]") {
  const std::size_t batch = GENERATE(1U, 2U, 100U);
  Folder folder;
  MergedCaptures captures({folder.capture({1, 2, 2, 3}), folder.capture({1, 2, 3})});
  const Merged merged = read_merged(captures, batch);
  CHECK(merged.seconds == std::vector{1, 1, 2, 2, 2, 3, 3});
  CHECK(merged.refs == std::vector<PacketRef>{{0, 1}, {1, 1}, {0, 2}, {0, 3}, {1, 2}, {0, 4}, {1, 3}});
}

TEST_CASE("rotated files are read one after the other, and opened only then", "[capture]") {
  Folder folder;
  const std::vector<DatedFile> files = {folder.capture({1, 2}), folder.capture({2, 3}), folder.capture({8, 9})};
  MergedCaptures captures(files);
  std::vector<Frame> frames(1);
  REQUIRE(captures.read(frames) == 1);
  CHECK(captures.files().size() == 1);
  REQUIRE(captures.read(frames) == 1);
  REQUIRE(captures.read(frames) == 1);
  CHECK(captures.files().size() == 2);
  CHECK(read_merged(captures, 5).seconds == std::vector{3, 8, 9});
  CHECK_FALSE(captures.overlap());
}

TEST_CASE("packets of one file keep their order, whatever their times", "[capture]") {
  Folder folder;
  CHECK(seconds_of({folder.capture({1, 5, 2, 7}), folder.capture({4, 6})}) == std::vector{1, 4, 5, 2, 6, 7});
}

TEST_CASE("files without a date are read in turn, whatever their times", "[capture]") {
  Folder folder;
  const Bytes late = pcap_file({}, packets_at({5, 9}));
  const Bytes early = pcap_file({}, packets_at({1, 7}));
  MergedCaptures captures({folder.add(late, {}), folder.add(early, {})});
  CHECK(read_merged(captures, 3).seconds == std::vector{5, 9, 1, 7});
  CHECK_FALSE(captures.overlap());
}

TEST_CASE("what is wrong with one file does not end the others", "[capture]") {
  Folder folder;
  Bytes damaged = pcap_file({}, packets_at({2, 4}));
  damaged.resize(damaged.size() + 100);
  Bytes cut = pcap_file({}, packets_at({3, 6}));
  cut.pop_back();
  const DatedFile missing{"/no/such/file", at(2).time};
  MergedCaptures captures({folder.capture({1, 8}), folder.add(damaged, 2), missing, folder.add(cut, 3),
                           folder.add(pack_gzip(pcap_file({}, packets_at({5, 7}))), 5)});
  CHECK(read_merged(captures, 10).seconds == std::vector{1, 2, 3, 4, 5, 7, 8});
  CHECK(captures.errors().size() == 2);
  const auto files = captures.files();
  REQUIRE(files.size() == 4);
  CHECK(files[1].damaged);
  CHECK_FALSE(files[0].damaged);
  CHECK_FALSE(files[2].damaged);
  CHECK(files[2].file.cut_at);
  CHECK(files[3].file.format == "pcap, gzip");
}

TEST_CASE("large files are merged from their mappings", "[capture]") {
  constexpr std::size_t kMany = 40'000;
  const auto packets = some_packets(kMany);
  std::vector<FilePacket> even;
  std::vector<FilePacket> odd;
  for (std::size_t i = 0; i < kMany; ++i) (i % 2 == 0 ? even : odd).push_back(packets[i]);
  Folder folder;
  DatedFile first = folder.add(pcap_file({}, even), {});
  DatedFile second = folder.add(pcap_file({.magic = 0xa1b23c4d, .nanos_per_fraction = 1}, odd), {});
  first.first = even.front().time;
  second.first = odd.front().time;
  MergedCaptures captures({first, second});
  std::vector<Bytes> contents;
  std::vector<Frame> frames(512);
  while (const std::size_t count = captures.read(frames)) {
    for (const Frame& frame : std::span(frames).first(count)) {
      contents.emplace_back(frame.bytes.begin(), frame.bytes.end());
    }
  }
  CHECK(contents == contents_of(packets));
}

}  // namespace
}  // namespace whydrop
