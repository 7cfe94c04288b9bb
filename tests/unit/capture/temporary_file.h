// A file for one test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/packet_layers.h"

namespace whydrop {

/// A file that goes with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const Bytes& bytes = {}, const std::string& name = "file") {
    std::string folder = std::filesystem::temp_directory_path() / "whydrop-test-XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    path_ = folder_ / name;
    std::ofstream(path_, std::ios::binary) << std::string(bytes.begin(), bytes.end());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove_all(folder_); }

  const std::filesystem::path& folder() const { return folder_; }
  std::string path() const { return path_; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace whydrop
