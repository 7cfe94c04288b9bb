// Input files in the order of their first packets.
#include "src/app/inputs.h"

#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"

namespace whydrop {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("whydrop-inputs-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name, const std::string& content) const {
    const fs::path path = path_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }

 private:
  fs::path path_;
};

std::string little_endian(std::initializer_list<std::uint32_t> words) {
  std::string bytes;
  for (const std::uint32_t word : words) {
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word >> shift & 0xffU);
  }
  return bytes;
}

std::string header() { return little_endian({0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1}); }

/// A pcap file with one packet of four bytes.
std::string capture_at(std::uint32_t seconds) { return header() + little_endian({seconds, 0, 4, 4, 0}); }

std::vector<std::string> paths(const std::vector<DatedFile>& files) {
  std::vector<std::string> found;
  for (const DatedFile& file : files) found.push_back(file.path);
  return found;
}

TEST_CASE("files of one capture are read in the order of their first packets", "[app]") {
  const Folder folder;
  const std::string late = folder.file("a.pcap", capture_at(300));
  const std::string early = folder.file("b.pcap", capture_at(100));
  const std::string middle = folder.file("c.pcap", capture_at(200));
  CHECK(paths(in_time_order({late, early, middle})) == std::vector{early, middle, late});
}

TEST_CASE("a file without packets, or without sense, stays behind the file before it", "[app]") {
  const Folder folder;
  const std::string late = folder.file("a.pcap", capture_at(300));
  const std::string empty = folder.file("b.pcap", header());
  const std::string early = folder.file("c.pcap", capture_at(100));
  CHECK(paths(in_time_order({late, empty, early})) == std::vector{early, late, empty});
}

TEST_CASE("nothing is reordered, or read ahead, when an input is a pipe", "[app]") {
  const Folder folder;
  const std::string late = folder.file("a.pcap", capture_at(300));
  const std::string early = folder.file("b.pcap", capture_at(100));
  CHECK(in_time_order({late, "-", early}) == std::vector<DatedFile>{{late}, {"-"}, {early}});
  CHECK(in_time_order({"-"}) == std::vector<DatedFile>{{"-"}});
}

TEST_CASE("the size of all inputs is known only when each one's is", "[app]") {
  const Folder folder;
  const std::string one = folder.file("a.pcap", capture_at(1));
  CHECK(total_size({one, one}, {}) == 2 * fs::file_size(one));
  CHECK(total_size({one, "-"}, {}) == 0);
  CHECK(total_size({one, one + ".missing"}, {}) == 0);
}

}  // namespace
}  // namespace whydrop
