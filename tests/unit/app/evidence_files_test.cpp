// The two files that hold a watch's evidence.
#include "src/app/live/evidence_files.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"
#include "tests/unit/capture/temporary_file.h"

namespace whydrop {
namespace {

std::vector<CaptureInterface> one_interface() {
  return {{.name = "eth0", .link_type = LinkType{1}, .snap_len = 262144}};
}

Bytes content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The numbers in their comments.
std::vector<int> numbers_in(const std::string& path) {
  const ReadBack read = read_all(content_of(path));
  CHECK_FALSE(read.error);
  std::vector<int> numbers;
  for (const Bytes& content : read.contents) numbers.push_back(content[0] << 8 | content[1]);
  return numbers;
}

void add(EvidenceFiles& files, int number, std::size_t length = 1000) {
  Bytes content(length);
  content[0] = static_cast<std::uint8_t>(number >> 8);
  content[1] = static_cast<std::uint8_t>(number);
  files.add({.bytes = content, .wire_len = static_cast<std::uint32_t>(length)}, "evidence");
}

}  // namespace

TEST_CASE("a file that was there is overwritten, a new one is for its owner only", "[live]") {
  const TemporaryFile before(Bytes(5000, 7), "found.pcapng");
  const std::string path = before.folder() / "made.pcapng";
  for (const std::string& name : {before.path(), path}) {
    auto files = EvidenceFiles::open({.path = name}, one_interface());
    REQUIRE(files);
    add(*files, 1);
    files->flush();
    CHECK(numbers_in(name) == std::vector{1});
    CHECK(numbers_in(name + ".1").empty());
  }
  struct stat facts{};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
}

TEST_CASE("what was flushed can be read while the watch goes on", "[live]") {
  const TemporaryFile file;
  auto files = EvidenceFiles::open({.path = file.path()}, one_interface());
  REQUIRE(files);
  CHECK(numbers_in(file.path()).empty());
  CHECK(numbers_in(file.path() + ".1").empty());
  add(*files, 1);
  files->flush();
  CHECK(numbers_in(file.path()) == std::vector{1});
}

TEST_CASE("two files take turns and stay within their bound, the latest packets in them", "[live]") {
  const TemporaryFile file;
  const std::uint64_t most = EvidenceOptions::kLeast;
  auto files = EvidenceFiles::open({.path = file.path(), .most = most}, one_interface());
  REQUIRE(files);
  constexpr int kPackets = 5000;
  for (int number = 1; number <= kPackets; ++number) {
    add(*files, number, 2 + static_cast<std::size_t>(number) * 37 % 1500);
    if (number % 100 != 0) continue;
    files->flush();
    CHECK(std::filesystem::file_size(file.path()) + std::filesystem::file_size(file.path() + ".1") <= most);
  }
  files->flush();
  CHECK_FALSE(files->trouble());
  CHECK(files->packets() == kPackets);
  auto older = numbers_in(file.path());
  auto newer = numbers_in(file.path() + ".1");
  if (older.back() > newer.back()) std::swap(older, newer);
  older.insert(older.end(), newer.begin(), newer.end());
  CHECK(older.back() == kPackets);
  CHECK(older.front() == kPackets + 1 - static_cast<int>(older.size()));
  CHECK(older.size() > 500);  // more than half of 1 MiB
}

TEST_CASE("the largest packet fits into the smallest file", "[live]") {
  const TemporaryFile file;
  auto files = EvidenceFiles::open({.path = file.path(), .most = EvidenceOptions::kLeast}, one_interface());
  REQUIRE(files);
  for (int number = 1; number <= 4; ++number) add(*files, number, 262'144);
  files->flush();
  CHECK_FALSE(files->trouble());
  CHECK(numbers_in(file.path()) == std::vector{3});
  CHECK(numbers_in(file.path() + ".1") == std::vector{4});
}

TEST_CASE("what cannot hold evidence is named before the watch begins", "[live]") {
  const TemporaryFile file;
  const auto problem = [&](const std::string& path, std::span<const CaptureInterface> interfaces) {
    const auto files = EvidenceFiles::open({.path = path, .most = EvidenceOptions::kLeast}, interfaces);
    return files ? std::string() : files.error().message();
  };
  const auto one = one_interface();
  CHECK(problem(file.folder() / "missing" / "file", one).contains("No such file or directory"));
  CHECK(problem(file.folder(), one).contains("Is a directory"));
  CHECK(problem("/dev/null", one).contains("no regular file"));
  CHECK(problem("/dev/full", one).contains("no regular file"));
  std::filesystem::create_symlink("elsewhere", file.folder() / "link.1");
  CHECK(problem(file.folder() / "link", one).contains("link.1"));
  CHECK(problem(file.path(), std::vector(300, CaptureInterface{.filter = std::string(1000, 'x')}))
            .contains("--max-size"));
  CHECK(problem(file.path(), one).empty());
}

}  // namespace whydrop
