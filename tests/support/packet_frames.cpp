// Reads the frame fixtures.
#include "tests/support/packet_frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace whydrop {
namespace {

class FixtureFile {
 public:
  explicit FixtureFile(const std::filesystem::path& path) : path_(path) {}

  std::vector<FrameFixture> read() {
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) {
      ++number_;
      take(line);
    }
    return std::move(fixtures_);
  }

 private:
  void take(std::string_view line) {
    if (line.empty() || line.starts_with('#')) return;
    const std::string_view word = line.substr(0, line.find(' '));
    const std::string_view rest = line.substr(std::min(line.size(), word.size() + 1));
    if (word == "good" || word == "lying") return begin(word == "good", rest);
    if (word == "link") {
      link_type_ = LinkType{static_cast<std::uint16_t>(number(rest))};
      if (!fixtures_.empty() && fixtures_.back().bytes.empty()) fixtures_.back().link_type = link_type_;
      return;
    }
    if (fixtures_.empty()) complain("nothing before says 'good' or 'lying'");
    if (word == "wire") fixtures_.back().wire_len = number(rest);
    else if (word == "=") fixtures_.back().expected += std::string(rest) + '\n';
    else take_bytes(line);
  }

  void begin(bool good, std::string_view what) {
    fixtures_.push_back(
        {.name = fmt::format("{}: {}", path_.stem().string(), what), .good = good, .link_type = link_type_});
  }

  void take_bytes(std::string_view line) {
    std::string digits(line);
    std::erase(digits, ' ');
    if (digits.size() % 2 != 0) complain("an odd number of digits");
    for (std::size_t at = 0; at < digits.size(); at += 2) {
      fixtures_.back().bytes.push_back(static_cast<std::uint8_t>(number(std::string_view(digits).substr(at, 2), 16)));
    }
  }

  std::size_t number(std::string_view text, int base = 10) const {
    std::size_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (failed != std::errc() || end != text.data() + text.size()) complain(fmt::format("'{}' is no number", text));
    return value;
  }

  [[noreturn]] void complain(const std::string& what) const {
    throw std::logic_error(fmt::format("{}:{}: {}", path_.string(), number_, what));
  }

  std::filesystem::path path_;
  std::size_t number_ = 0;
  LinkType link_type_{1};
  std::vector<FrameFixture> fixtures_;
};

}  // namespace

std::vector<FrameFixture> frame_fixtures() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(WHYDROP_SOURCE_DIR "/tests/frames")) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<FrameFixture> all;
  for (const auto& path : paths) {
    for (FrameFixture& fixture : FixtureFile(path).read()) all.push_back(std::move(fixture));
  }
  return all;
}

}  // namespace whydrop
