// Stands in for libFuzzer: runs every file of a saved corpus through the target, past crashes included.
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// Exactly as large as the file, so that a sanitizer sees the first byte read behind it.
std::vector<std::uint8_t> content_of(const std::filesystem::path& path) {
  std::vector<std::uint8_t> bytes(std::filesystem::file_size(path));
  std::ifstream file(path, std::ios::binary);
  std::copy_n(std::istreambuf_iterator<char>(file), bytes.size(), bytes.begin());
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) return 2;
  std::size_t replayed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
    fmt::print("{}\n", entry.path().string());
    static_cast<void>(std::fflush(stdout));  // the last name printed is the one that crashed
    const std::vector<std::uint8_t> bytes = content_of(entry.path());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    ++replayed;
  }
  fmt::print("{} inputs replayed\n", replayed);
  return replayed == 0 ? 1 : 0;
}
